/** The kinds of Java apps that differ in the place of libraries or in additional classes. */
export type JavaLayout = 'spring-boot' | 'war' | 'groovy' | 'play' | 'distribution' | 'main'
