import com.sun.net.httpserver.HttpServer;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;

/**
 * A server as small as a sidecar may be. `/` fills the heap with rubbish and says how large it may become, `/jvm`
 * lists the JVM's options, `/resource/NAME` says whether the class path has it. The port: its argument, or PORT.
 */
public class SmallServer {
  public static void main(String[] args) throws Exception {
    int port = Integer.parseInt(args.length > 0 ? args[0] : System.getenv("PORT"));
    HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
    server.setExecutor(Executors.newFixedThreadPool(10));
    server.createContext("/", exchange -> {
      byte[] answer = answer(exchange.getRequestURI().getPath()).getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, answer.length);
      exchange.getResponseBody().write(answer);
      exchange.close();
    });
    server.start();
  }

  private static String answer(String path) {
    if (path.equals("/jvm")) return String.join("\n", ManagementFactory.getRuntimeMXBean().getInputArguments());
    if (path.startsWith("/resource/")) {
      return String.valueOf(SmallServer.class.getClassLoader().getResource(path.substring(10)) != null);
    }
    int rubbish = 0;
    for (int i = 0; i < 64; i++) rubbish += new byte[64 * 1024].length;
    return Runtime.getRuntime().maxMemory() + " " + rubbish;
  }
}
