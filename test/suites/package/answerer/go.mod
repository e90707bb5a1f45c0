module answerer

go 1.19
