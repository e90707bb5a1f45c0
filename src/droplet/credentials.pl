# Prints credentials of bound services, each followed by NUL.
# Arguments: the sidecar that needs them; then for each credential the number of patterns for its service, these
# patterns, and its key (empty: all credentials, as JSON). A number with `?` marks a credential that may be missing:
# `=` stands before its value, and nothing is printed for a missing one.
# No module reads the JSON: JSON::PP changes numbers (0.10, 1e400) and takes 15 ms to load.
use strict;

my $MAX_DEPTH = 1000;

# Linux limits `NAME=value` to 131071 bytes (MAX_ARG_STRLEN without its NUL); this is the value for the shortest name.
my $MAX_LENGTH = 131069;

# Files of a binding that Cloud Foundry writes in addition to credentials; it drops a credential with the same name.
my %META = map { $_ => 1 } qw(type provider label plan name tags binding-guid binding-name instance-guid instance-name
    syslog-drain-url volume-mounts);

# All credentials of services that are bindings.
my %whole_of;

# Strings with an escape that is half of a surrogate pair, which UTF-8 cannot represent.
my %has_lone_surrogate;

sub fail {
    my ($problem) = @_;
    print STDERR "sidecar $ARGV[0]: $problem\n";
    exit 1;
}

sub read_file {
    my ($path) = @_;
    open my $file, '<', $path or die;
    local $/;
    my $content = <$file>;
    defined $content or die;
    return $content;
}

# JSON as Perl values: a string is its bytes, an array is a reference to its items, an object is a reference to
# name => [position, value], null is undef. Numbers and booleans are references to their text, which is not changed.
sub parse {
    local ($_) = @_;
    my $value = parse_value(0);
    /\G[ \t\n\r]*\z/gc or die;
    return $value;
}

sub parse_value {
    my ($depth) = @_;
    die if $depth > $MAX_DEPTH;
    /\G[ \t\n\r]*/gc;
    return parse_string() if /\G"/gc;
    return parse_array($depth) if /\G\[[ \t\n\r]*/gc;
    return parse_object($depth) if /\G\{[ \t\n\r]*/gc;
    return undef if /\Gnull/gc;
    /\G(true|false|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)/gc or die;
    return \(my $text = $1);
}

sub parse_array {
    my ($depth) = @_;
    my @items;
    return \@items if /\G\]/gc;
    do { push @items, parse_value($depth + 1) } while /\G[ \t\n\r]*,/gc;
    /\G[ \t\n\r]*\]/gc or die;
    return \@items;
}

sub parse_object {
    my ($depth) = @_;
    my %members;
    return \%members if /\G\}/gc;
    do {
        /\G[ \t\n\r]*"/gc or die;
        my $name = parse_string();
        /\G[ \t\n\r]*:/gc or die;
        my $position = $members{$name} ? $members{$name}[0] : keys %members;
        $members{$name} = [$position, parse_value($depth + 1)];
    } while /\G[ \t\n\r]*,/gc;
    /\G[ \t\n\r]*\}/gc or die;
    return \%members;
}

my %ESCAPES = ('"' => '"', '\\' => '\\', '/' => '/', b => "\b", f => "\f", n => "\n", r => "\r", t => "\t");
my %ESCAPED = reverse %ESCAPES;
delete $ESCAPED{'/'};

# The rest of a string, after its opening quote.
sub parse_string {
    my ($text, $lone) = ('');
    until (/\G"/gc) {
        if (/\G([^"\\\x00-\x1f]+)/gc) { $text .= $1 }
        elsif (/\G\\(["\\\/bfnrt])/gc) { $text .= $ESCAPES{$1} }
        elsif (/\G\\u([0-9a-fA-F]{4})/gc) {
            my $code = hex $1;
            if ($code >= 0xD800 && $code < 0xDC00 && /\G\\u([dD][c-fC-F][0-9a-fA-F]{2})/gc) {
                $code = 0x10000 + ($code - 0xD800) * 0x400 + hex($1) - 0xDC00;
            }
            $lone ||= $code >= 0xD800 && $code < 0xE000;
            my $character = chr $code;
            utf8::encode($character);
            $text .= $character;
        }
        else { die }
    }
    $has_lone_surrogate{$text} = 1 if $lone;
    return $text;
}

sub json {
    my ($value) = @_;
    return 'null' unless defined $value;
    return json_string($value) unless ref $value;
    return '[' . join(',', map { json($_) } @$value) . ']' if ref $value eq 'ARRAY';
    return $$value unless ref $value eq 'HASH';
    my @names = sort { $value->{$a}[0] <=> $value->{$b}[0] } keys %$value;
    return '{' . join(',', map { json_string($_) . ':' . json($value->{$_}[1]) } @names) . '}';
}

sub json_string {
    my ($text) = @_;
    die if $has_lone_surrogate{$text};
    $text =~ s/(["\\\x00-\x1f])/$ESCAPED{$1} ? "\\$ESCAPED{$1}" : sprintf '\\u%04x', ord $1/ge;
    return "\"$text\"";
}

sub member {
    my ($object, $name) = @_;
    return $object->{$name} ? $object->{$name}[1] : undef;
}

# The bound services as objects, in the platform's order.
sub bound_services {
    my ($from) = @_;
    return map { binding($_) } directories($ENV{$from}) if $from eq 'SERVICE_BINDING_ROOT';
    my $document = $from eq 'VCAP_SERVICES' ? $ENV{$from} : read_file($ENV{$from});
    is_utf8($document) or die;
    my $labels = parse($document);
    ref $labels eq 'HASH' or die;
    my @services;
    for my $label (sort { $labels->{$a}[0] <=> $labels->{$b}[0] } keys %$labels) {
        for my $service (@{ member($labels, $label) || [] }) {
            ref $service eq 'HASH' or die;
            my $own = member($service, 'label');
            push @services, { %$service, label => [0, is_text($own) ? $own : $label] };
        }
    }
    return @services;
}

sub is_utf8 {
    my ($text) = @_;
    return utf8::decode($text) && $text !~ /[^\x{0}-\x{D7FF}\x{E000}-\x{10FFFF}]/;
}

sub directories {
    my ($directory) = @_;
    opendir my $handle, $directory or die;
    return grep { -d } map { "$directory/$_" } grep { !/^\./ } sort readdir $handle;
}

# A binding of https://servicebinding.io/spec: a directory with a file for each entry.
sub binding {
    my ($directory) = @_;
    opendir my $handle, $directory or die;
    my %files = map { ($_ => read_file("$directory/$_")) } grep { -f "$directory/$_" } readdir $handle;
    my %meta;
    for my $name (keys %files) {
        my $key = $name =~ tr/-/_/r;
        ($meta{$key}) = $files{$name} =~ /\A\s*(.*?)\s*\z/s;
    }
    my $tags = defined $meta{tags} ? $meta{tags} : '';
    my $list = parse_text($tags);
    my @tags = ref $list eq 'ARRAY' ? @$list : map { /\A\s*(.*?)\s*\z/s } split /,/, $tags;
    push @tags, $meta{provider};
    my ($name) = grep { is_text($_) } $meta{name}, $directory =~ s{.*/}{}sr;
    my ($label) = grep { is_text($_) } $meta{label}, $meta{type};
    my %service = (%meta, name => $name, label => $label, tags => \@tags);
    $service{credentials} = { map { ($_ => [0, $files{$_}]) } keys %files };
    # The file of an object or array contains JSON.
    my @own = grep { !$META{$_} } sort keys %files;
    my $service = { map { ($_ => [0, $service{$_}]) } keys %service };
    $whole_of{$service} = { map { ($own[$_] => [$_, parsed_text($files{ $own[$_] })]) } 0 .. $#own };
    return $service;
}

sub is_text {
    my ($value) = @_;
    return defined $value && !ref $value && $value ne '';
}

# The service that matches one of the patterns (bound-services.ts has the same rules).
sub find {
    my ($patterns, @services) = @_;
    my %found = map { $_ => 1 } map { services_of($_, @services) } @$patterns;
    my @found = grep { $found{$_} } @services;
    return $found[0] if @found < 2;
    my $wanted = wanted(@$patterns);
    fail(@found . " bound services match $wanted: " . join ', ', map { '"' . display_name($_) . '"' } @found);
}

sub wanted {
    return join ' or ', map { qq("$_") } @_;
}

# The services that match by name, else by label, else by tag; `*` matches any characters, `?` exactly one.
sub services_of {
    my ($pattern, @services) = @_;
    utf8::decode($pattern);
    my $whole = join '', map { /^\*/ ? '.*' : $_ eq '?' ? '.' : quotemeta } split /(\*+|\?)/, $pattern;
    for my $keys (['name', 'instance_name', 'binding_name'], ['label'], ['tags']) {
        my @found = grep { grep { utf8::decode($_); /\A$whole\z/s } texts($_, @$keys) } @services;
        return @found if @found;
    }
    return;
}

sub texts {
    my ($service, @keys) = @_;
    my @values = map { member($service, $_) } @keys;
    @values = ref $values[0] eq 'ARRAY' ? @{ $values[0] } : () if $keys[0] eq 'tags';
    return grep { is_text($_) } @values;
}

sub display_name {
    my ($service) = @_;
    return (texts($service, qw(name instance_name binding_name label)))[0];
}

# A string that is itself a JSON object or array, parsed; any other value as it is.
sub parse_text {
    my ($value) = @_;
    return !defined $value || ref $value || $value !~ /^[\[{]/ ? $value : eval { parse($value) };
}

# The same, and any other string as it is.
sub parsed_text {
    my ($value) = @_;
    my $parsed = parse_text($value);
    return defined $parsed ? $parsed : $value;
}

# A literal key comes before a dotted path. Undefined if it is missing and optional.
sub credential {
    my ($patterns, $key, $may_be_missing, @services) = @_;
    my $found = find($patterns, @services);
    $found or return $may_be_missing ? undef : fail('service ' . wanted(@$patterns) . ' is not bound');
    my $service = display_name($found);
    my $value = value_of($found, $key);
    if (!defined $value) {
        return undef if $may_be_missing;
        fail(qq(service "$service" has no credentials)) if $key eq '';
        fail(qq(service "$service" has no credential "$key"));
    }
    my $problem = $key eq '' ? qq(the JSON of service "$service") : qq(credential "$key" of service "$service");
    $value = eval { json($value) } if ref $value || $key eq '';
    !defined $value || $has_lone_surrogate{$value}
        and fail(qq($problem contains a lone surrogate, which is not valid Unicode));
    $value =~ /\0/ and fail(qq($problem contains a NUL byte, which an environment variable cannot hold));
    length $value > $MAX_LENGTH
        and fail(qq($problem is too long: an environment variable holds at most 131071 bytes with its name));
    return $value;
}

sub value_of {
    my ($service, $key) = @_;
    my $value = parsed_text(member($service, 'credentials'));
    return $whole_of{$service} || $value if $key eq '';
    my @path = ref $value eq 'HASH' && $value->{$key} ? ($key) : split /\./, $key, -1;
    for my $part (@path) {
        $value = parse_text($value);
        $value =
              ref $value eq 'HASH' ? member($value, $part)
            : ref $value eq 'ARRAY' && $part =~ /\A[0-9]+\z/ ? $value->[$part]
            : undef;
        return undef if !defined $value;
    }
    return $value;
}

my ($from) = grep { defined $ENV{$_} && $ENV{$_} ne '' } qw(VCAP_SERVICES VCAP_SERVICES_FILE_PATH SERVICE_BINDING_ROOT);
my @services;
if ($from) {
    eval { @services = bound_services($from); 1 } or fail("cannot read the bound services from $from");
}
my (undef, @asked) = @ARGV;
my $output = '';
while (@asked) {
    my $count = shift @asked;
    my $may_be_missing = $count =~ s/\?\z//;
    my @patterns = splice @asked, 0, $count;
    my $value = credential(\@patterns, shift @asked, $may_be_missing, @services);
    $output .= ($may_be_missing && defined $value ? '=' : '') . (defined $value ? $value : '') . "\0";
}
print $output;
