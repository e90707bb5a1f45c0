module config-server

go 1.22
