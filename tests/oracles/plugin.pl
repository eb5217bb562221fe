#!/usr/bin/perl
# plugin.pl ranges|performance - reads the output of feed and compares it with Monitoring::Plugin.
#
# Monitoring::Plugin accepts more than the guideline, so invalid ranges are tested elsewhere
# (cli/check_range.c). It refuses the valid range "0", drops values "U", and its parser of performance
# data returns no ranges with '@' or '~'.
use strict;
use warnings;
use Monitoring::Plugin::Performance;
use Monitoring::Plugin::Range;

my ($compared, $wrong) = (0, 0);

sub complain {
    print "$_[0]\n" if $wrong++ < 20;
}

sub compare_ranges {
    while (my $line = <STDIN>) {
        my ($text, $value, $alerts) = split ' ', $line;
        next if $text =~ /^@?-?0$/;
        my $range = Monitoring::Plugin::Range->parse_range_string($text);
        my $found = $range ? ($range->check_range($value) ? 1 : 0) : "no range";
        complain("$text $value: maxport $alerts, Monitoring::Plugin $found") if $found ne $alerts;
        $compared++;
    }
}

sub compare_performance {
    my (@found, $text);
    while (my $line = <STDIN>) {
        chomp $line;
        if ($line =~ /^P (.*)/) {
            complain("$text: unexpected " . $found[0]->label) if @found;
            $text = $1;
            @found = Monitoring::Plugin::Performance->parse_perfstring($text);
            next;
        }
        my (undef, $label, $value, $unit, $minimum, $maximum) = split ' ', $line;
        next if $value eq "U";
        my ($item) = grep { $_->label eq $label } @found;
        if (!$item) {
            complain("$text: no $label");
            next;
        }
        @found = grep { $_->label ne $label } @found;
        my @shown = map { defined && $_ ne "" ? $_ : "-" } $item->value, $item->uom, $item->min,
            $item->max;
        complain("$text: $label is @shown") if "@shown" ne "$value $unit $minimum $maximum";
        $compared++;
    }
}

$ARGV[0] eq "ranges" ? compare_ranges() : compare_performance();
print "$compared compared, $wrong wrong\n";
exit($wrong > 0 || $compared == 0 ? 1 : 0);
