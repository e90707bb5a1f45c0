/** The kinds of Java apps whose differences matter here: where libraries go, what brings further classes. */
export type JavaLayout = 'spring-boot' | 'war' | 'groovy' | 'play' | 'distribution' | 'main'
