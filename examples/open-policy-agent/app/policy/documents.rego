package documents

default allow := false

# Everybody reads.
allow if input.method == "GET"

# Who owns a document removes it.
allow if {
	input.method == "DELETE"
	input.path == ["documents", input.user]
}
