import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.spi.ToolProvider;

/** Reads paths of archives, tells what `jar tf` lists of each: the tool itself, without a JVM for every archive. */
class JarTool {
  public static void main(String[] arguments) throws Exception {
    ToolProvider jar = ToolProvider.findFirst("jar").orElseThrow();
    BufferedReader paths = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
    StringBuilder out = new StringBuilder();
    for (String path; (path = paths.readLine()) != null; ) {
      StringWriter listed = new StringWriter();
      StringWriter said = new StringWriter();
      int status = jar.run(new PrintWriter(listed), new PrintWriter(said), "tf", path);
      out.append("FILE ").append(path).append('\n');
      if (status == 0) out.append(listed);
      else out.append("ERROR ").append(said.toString().replace('\n', ' ')).append('\n');
    }
    System.out.write(out.toString().getBytes("UTF-8"));
    System.out.flush();
  }
}
