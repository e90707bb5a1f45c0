import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;

/** A server as small as a sidecar may be: says its JVM's largest heap, and can fill it. */
public class SmallServer {
  public static void main(String[] args) throws Exception {
    int port = Integer.parseInt(args[0]);
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
    server.setExecutor(Executors.newFixedThreadPool(10));
    server.createContext("/", exchange -> {
      int hash = 0;
      // Rubbish enough to make the heap as large as it may become.
      for (int i = 0; i < 64; i++) hash += new byte[64 * 1024].length;
      byte[] answer = (Runtime.getRuntime().maxMemory() + " " + hash).getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, answer.length);
      exchange.getResponseBody().write(answer);
      exchange.close();
    });
    server.start();
  }
}
