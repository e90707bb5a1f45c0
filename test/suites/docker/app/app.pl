use strict;
use warnings;
use HTTP::Tiny;
use IO::Socket::INET;

my $server = IO::Socket::INET->new(LocalPort => $ENV{PORT}, Listen => 5, ReuseAddr => 1) or die "$ENV{PORT}: $!";
while (my $client = $server->accept) {
    while (defined(my $line = <$client>)) { last if $line =~ /^\r?$/ }
    my $answer = HTTP::Tiny->new->get($ENV{CONFIG_URL});
    print {$client} "HTTP/1.0 $answer->{status} $answer->{reason}\r\n\r\n$ENV{HOME}: $answer->{content}";
}
