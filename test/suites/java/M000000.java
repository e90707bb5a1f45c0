/** Copied 20,000 times, under other names of the same length: about 8 KB of metaspace each. */
public class M000000 {
  public String method0(String a, int b) { return a + b + "text0" + method1(a, b - 1); }
  public String method1(String a, int b) { return a + b + "text1" + method2(a, b - 1); }
  public String method2(String a, int b) { return a + b + "text2" + method3(a, b - 1); }
  public String method3(String a, int b) { return a + b + "text3" + method4(a, b - 1); }
  public String method4(String a, int b) { return a + b + "text4" + method5(a, b - 1); }
  public String method5(String a, int b) { return a + b + "text5" + method6(a, b - 1); }
  public String method6(String a, int b) { return a + b + "text6" + method7(a, b - 1); }
  public String method7(String a, int b) { return a + b + "text7" + method8(a, b - 1); }
  public String method8(String a, int b) { return a + b + "text8" + method9(a, b - 1); }
  public String method9(String a, int b) { return a + b + "text9" + method10(a, b - 1); }
  public String method10(String a, int b) { return a + b + "text10" + method11(a, b - 1); }
  public String method11(String a, int b) { return a + b + "text11" + method12(a, b - 1); }
  public String method12(String a, int b) { return a + b + "text12" + method13(a, b - 1); }
  public String method13(String a, int b) { return a + b + "text13" + method14(a, b - 1); }
  public String method14(String a, int b) { return a + b + "text14" + method15(a, b - 1); }
  public String method15(String a, int b) { return a + b + "text15" + method16(a, b - 1); }
  public String method16(String a, int b) { return a + b + "text16" + method17(a, b - 1); }
  public String method17(String a, int b) { return a + b + "text17" + method18(a, b - 1); }
  public String method18(String a, int b) { return a + b + "text18" + method19(a, b - 1); }
  public String method19(String a, int b) { return a + b + "text19" + method0(a, b - 1); }
}
