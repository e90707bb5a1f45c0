// A sidecar: answers what the app's configuration is.
package main

import (
	"fmt"
	"net/http"
	"os"
)

func main() {
	http.HandleFunc("/config/", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintln(w, `{"greeting":"from the sidecar"}`)
	})
	address := "localhost:" + os.Getenv("CONFIG_SERVER_PORT")
	fmt.Println("config server listens on", address)
	if err := http.ListenAndServe(address, nil); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
