#!/usr/bin/env perl
# Takes webhooks of Provost and checks their signatures, with what Perl brings along.
use strict; use warnings;
use Digest::SHA qw(hmac_sha256); use IO::Socket::INET; use JSON::PP; use MIME::Base64;

sub is_signed {
    my ($secret, $headers, $body) = @_;
    my ($id, $at) = @$headers{"webhook-id", "webhook-timestamp"};
    return 0 unless ($at // "") =~ /^\d+$/ && abs(time - $at) < 300;
    (my $key = $secret) =~ s/^whsec_//;
    my $ours = "v1," . encode_base64(hmac_sha256("$id.$at.$body", decode_base64($key)), "");
    return scalar grep { $_ eq $ours } split / /, $headers->{"webhook-signature"} // "";
}

my (%seen, $server);
$server = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => $ENV{PORT}, Listen => 16, ReuseAddr => 1) or die;
$| = 1;
while (my $client = $server->accept) {
    my (%headers, $body);
    while (defined(my $line = <$client>) && 1) {
        last if $line =~ /^\r?\n$/;
        $headers{lc $1} = $2 if $line =~ /^([^:]+): *(.*?)\r?\n$/;
    }
    read $client, $body, $headers{"content-length"} // 0;
    my $status = is_signed($ENV{WEBHOOK_SECRET}, \%headers, $body) ? "204 No Content" : "401 Unauthorized";
    if ($status =~ /^204/) {
        my $event = decode_json($body);
        print "$event->{type} ", $event->{data}{data}{profile}{userName} // "", "\n" unless $seen{$event->{id}}++;
    }
    print $client "HTTP/1.1 $status\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    close $client;
}
