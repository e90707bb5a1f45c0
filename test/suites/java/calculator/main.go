// Answers for the published memory calculator, many inputs in one process: a JSON object a line in, one out.
package main

import (
	"bufio"
	"encoding/json"
	"os"
	"strings"

	"github.com/cloudfoundry/java-buildpack-memory-calculator/v4/calculator"
	"github.com/cloudfoundry/java-buildpack-memory-calculator/v4/flags"
)

type question struct {
	TotalMemory, HeadRoom, LoadedClassCount, ThreadCount, JvmOptions string
}

type answer struct {
	Options string `json:"options"`
	Refused string `json:"refused"`
}

func main() {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(make([]byte, 1<<20), 1<<20)
	out := json.NewEncoder(os.Stdout)
	for in.Scan() {
		var asked question
		if err := json.Unmarshal(in.Bytes(), &asked); err != nil {
			panic(err)
		}
		_ = out.Encode(ask(asked))
	}
}

func ask(asked question) answer {
	var (
		head    flags.HeadRoom
		options flags.JVMOptions
		classes flags.LoadedClassCount
		threads flags.ThreadCount
		total   flags.TotalMemory
	)
	for _, each := range []struct {
		flag interface{ Set(string) error }
		text string
	}{{&head, asked.HeadRoom}, {&options, asked.JvmOptions}, {&classes, asked.LoadedClassCount}, {&threads, asked.ThreadCount}, {&total, asked.TotalMemory}} {
		if err := each.flag.Set(each.text); err != nil {
			return answer{Refused: err.Error()}
		}
	}
	for _, each := range []flags.Validatable{&head, &options, &classes, &threads, &total} {
		if err := each.Validate(); err != nil {
			return answer{Refused: err.Error()}
		}
	}
	calculated, err := calculator.Calculator{HeadRoom: &head, JvmOptions: &options, LoadedClassCount: &classes, ThreadCount: &threads, TotalMemory: &total}.Calculate()
	if err != nil {
		return answer{Refused: err.Error()}
	}
	words := make([]string, len(calculated))
	for i, each := range calculated {
		words[i] = each.String()
	}
	return answer{Options: strings.Join(words, " ")}
}
