//go:build tools

package main

import _ "github.com/cloudfoundry/java-buildpack-memory-calculator/v4"
