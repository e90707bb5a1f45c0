// The app and the sidecar of the suite in one program: `answerer sidecar PORT` answers, `answerer app URL` asks the
// sidecar for every answer of its own and listens on $PORT, `answerer env NAME...` answers there with variables,
// a bar between each two.
package main

import (
	"io"
	"log"
	"net/http"
	"os"
	"strings"
)

func main() {
	switch os.Args[1] {
	case "sidecar":
		serve(os.Args[2], func(w http.ResponseWriter, r *http.Request) {
			io.WriteString(w, "the sidecar's answer")
		})
	case "env":
		serve(os.Getenv("PORT"), func(w http.ResponseWriter, r *http.Request) {
			values := []string{}
			for _, name := range os.Args[2:] {
				values = append(values, os.Getenv(name))
			}
			io.WriteString(w, strings.Join(values, "|"))
		})
	case "app":
		serve(os.Getenv("PORT"), func(w http.ResponseWriter, r *http.Request) {
			answer, err := http.Get(os.Args[2])
			if err != nil {
				http.Error(w, err.Error(), http.StatusBadGateway)
				return
			}
			defer answer.Body.Close()
			io.WriteString(w, "through the app: ")
			io.Copy(w, answer.Body)
		})
	}
}

func serve(port string, handler http.HandlerFunc) {
	log.Fatal(http.ListenAndServe(":"+port, handler))
}
