// Reads a zip archive with Go's archive/zip, as the platform's own parts do, and prints each entry's mode,
// size, checksum and name. Every entry is read to its end, so that a wrong checksum is found.
package main

import (
	"archive/zip"
	"fmt"
	"hash/crc32"
	"io"
	"log"
	"os"
)

func main() {
	archive, err := zip.OpenReader(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	for _, entry := range archive.File {
		content, err := entry.Open()
		if err != nil {
			log.Fatal(err)
		}
		sum := crc32.NewIEEE()
		size, err := io.Copy(sum, content)
		if err != nil {
			log.Fatalf("%s: %v", entry.Name, err)
		}
		fmt.Printf("%o %d %08x %s\n", entry.Mode().Perm(), size, sum.Sum32(), entry.Name)
	}
}
