module example.com/calculator

go 1.14

require github.com/cloudfoundry/java-buildpack-memory-calculator/v4 v4.2.0
