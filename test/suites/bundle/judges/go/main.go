// Reads paths of archives, tells what archive/zip finds in each.
// With two arguments: makes an archive of a folder.
package main

import (
	"archive/zip"
	"bufio"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
)

func main() {
	if len(os.Args) == 3 {
		if err := write(os.Args[1], os.Args[2]); err != nil {
			panic(err)
		}
		return
	}
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	paths := bufio.NewScanner(os.Stdin)
	for paths.Scan() {
		fmt.Fprintln(out, "FILE", paths.Text())
		if err := judge(paths.Text(), out); err != nil {
			fmt.Fprintf(out, "ERROR %q\n", err.Error())
		}
	}
}

func judge(path string, out io.Writer) error {
	archive, err := zip.OpenReader(path)
	if err != nil {
		return err
	}
	defer archive.Close()
	for _, entry := range archive.File {
		content, err := entry.Open()
		if err != nil {
			return err
		}
		data, err := io.ReadAll(content)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "%x %d %d %x\n", entry.Name, entry.Method, len(data), sha256.Sum256(data))
	}
	return nil
}

func write(archive, folder string) error {
	file, err := os.Create(archive)
	if err != nil {
		return err
	}
	defer file.Close()
	writer := zip.NewWriter(file)
	if err := writer.AddFS(os.DirFS(folder)); err != nil {
		return err
	}
	return writer.Close()
}
