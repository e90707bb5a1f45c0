package com.example;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;

/** Gets its configuration from the sidecar. */
@SpringBootApplication
@RestController
public class App {
  public static void main(String[] args) {
    SpringApplication.run(App.class, args);
  }

  @GetMapping("/config")
  String config() {
    String address = "http://localhost:" + System.getenv("CONFIG_SERVER_PORT") + "/config/";
    return RestClient.create().get().uri(address).retrieve().body(String.class);
  }
}
