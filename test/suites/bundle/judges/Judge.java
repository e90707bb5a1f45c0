import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Reads paths of archives, tells what java.util.zip finds in each. */
class Judge {
  public static void main(String[] arguments) throws Exception {
    BufferedReader paths = new BufferedReader(new InputStreamReader(System.in, "UTF-8"));
    StringBuilder out = new StringBuilder();
    for (String path; (path = paths.readLine()) != null; ) {
      out.append("FILE ").append(path).append('\n');
      try (ZipFile file = new ZipFile(path)) {
        for (ZipEntry entry : file.stream().toList()) {
          byte[] data = file.getInputStream(entry).readAllBytes();
          byte[] digest = MessageDigest.getInstance("SHA-256").digest(data);
          String name = HexFormat.of().formatHex(entry.getName().getBytes("UTF-8"));
          out.append(name).append(' ').append(entry.getMethod()).append(' ').append(data.length).append(' ');
          out.append(HexFormat.of().formatHex(digest)).append('\n');
        }
      } catch (Exception error) {
        out.append("ERROR ").append(error.toString().replace('\n', ' ')).append('\n');
      }
    }
    System.out.write(out.toString().getBytes("UTF-8"));
    System.out.flush();
  }
}
