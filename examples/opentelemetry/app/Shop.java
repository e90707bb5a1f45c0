import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;

/** The app: sells. It knows nothing of traces. */
public class Shop {
    public static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(System.getenv("PORT"));
        HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
        server.createContext("/", request -> {
            byte[] answer = ("Sold: " + request.getRequestURI().getPath().substring(1) + "\n").getBytes();
            request.sendResponseHeaders(200, answer.length);
            request.getResponseBody().write(answer);
            request.close();
        });
        server.start();
    }
}
