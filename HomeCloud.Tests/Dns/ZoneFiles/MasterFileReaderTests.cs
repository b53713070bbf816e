using HomeCloud.Dns.ZoneFiles;

namespace HomeCloud.Tests.Dns.ZoneFiles;

/// <summary>RFC 1035 §5 and what RFC 2308 §4 adds, entry by entry; and what is wrong said with its place.</summary>
public sealed class MasterFileReaderTests
{
    [Fact]
    public void Reads_the_example_of_RFC_1035()
    {
        // §5.3, word by word, but for $ORIGIN, which its reader has from elsewhere, and the classes that it names.
        var records = ZoneFileText.Read("""
            $ORIGIN ISI.EDU.
            @   IN  SOA     VENERA      Action\.domains (
                                             20     ; SERIAL
                                             7200   ; REFRESH
                                             600    ; RETRY
                                             3600000; EXPIRE
                                             60)    ; MINIMUM

                    NS      A.ISI.EDU.
                    NS      VENERA
                    NS      VAXA
                    MX      10      VENERA
                    MX      20      VAXA

            A       A       26.3.0.103

            VENERA  A       10.1.0.52
                    A       128.9.0.32

            VAXA    A       10.2.0.27
                    A       128.9.0.33

            $INCLUDE sub/isi-mailboxes.txt

            """, ("/zones/sub/isi-mailboxes.txt", "MOE     MB      A.ISI.EDU.\nSTOOGES MG      MOE\n        MG      LARRY\n"));

        records.Select(ZoneFileText.Show).Should().Equal(
            "isi.edu. 60 IN SOA VENERA.ISI.EDU. Action\\.domains.ISI.EDU. 20 7200 600 3600000 60".Replace("ISI.EDU", "isi.edu", StringComparison.Ordinal),
            "isi.edu. 60 IN NS A.ISI.EDU.",
            "isi.edu. 60 IN NS VENERA.isi.edu.",
            "isi.edu. 60 IN NS VAXA.isi.edu.",
            "isi.edu. 60 IN MX 10 VENERA.isi.edu.",
            "isi.edu. 60 IN MX 20 VAXA.isi.edu.",
            "a.isi.edu. 60 IN A 26.3.0.103",
            "venera.isi.edu. 60 IN A 10.1.0.52",
            "venera.isi.edu. 60 IN A 128.9.0.32",
            "vaxa.isi.edu. 60 IN A 10.2.0.27",
            "vaxa.isi.edu. 60 IN A 128.9.0.33",
            "moe.isi.edu. 60 IN MB A.ISI.EDU.",
            "stooges.isi.edu. 60 IN MG MOE.isi.edu.",
            "stooges.isi.edu. 60 IN MG LARRY.isi.edu.");
    }

    public static TheoryData<string, string> Entries => new()
    {
        { "x A 192.0.2.1", "x.example. 60 IN A 192.0.2.1" },
        { "x.example. 300 IN A 192.0.2.1", "x.example. 300 IN A 192.0.2.1" },
        { "x IN 300 A 192.0.2.1", "x.example. 300 IN A 192.0.2.1" },
        { "x class1 1h30m type1 192.0.2.1", "x.example. 5400 IN A 192.0.2.1" },
        { "x 1w2d3h4m5s A 192.0.2.1", "x.example. 788645 IN A 192.0.2.1" },
        { "x 0 A 192.0.2.1", "x.example. 0 IN A 192.0.2.1" },
        { "@ 2147483647 A 192.0.2.1", "example. 2147483647 IN A 192.0.2.1" },
        { "$TTL 2h\nx A 192.0.2.1", "x.example. 7200 IN A 192.0.2.1" },
        { "$ttl 2h\nx 5 A 192.0.2.1", "x.example. 5 IN A 192.0.2.1" },
        { "$ORIGIN sub\nx A 192.0.2.1", "x.sub.example. 60 IN A 192.0.2.1" },
        { "$ORIGIN .\nx A 192.0.2.1", "x. 60 IN A 192.0.2.1" },
        { "x A ( 192.0.2.1\n)", "x.example. 60 IN A 192.0.2.1" },
        { "( x\n A\n 192.0.2.1 )", "x.example. 60 IN A 192.0.2.1" },
        { "x A 192.0.2.1;comment )(\"", "x.example. 60 IN A 192.0.2.1" },
        { "x A 192.0.2.1\r", "x.example. 60 IN A 192.0.2.1" },
        { "  ; nothing\n\n\t\nx A 192.0.2.1", "x.example. 60 IN A 192.0.2.1" },
        { "X A 192.0.2.1", "x.example. 60 IN A 192.0.2.1" },
        { "*.x A 192.0.2.1", "*.x.example. 60 IN A 192.0.2.1" },
        { "a\\.b A 192.0.2.1", "a\\.b.example. 60 IN A 192.0.2.1" },
        { "\\@ A 192.0.2.1", "\\@.example. 60 IN A 192.0.2.1" },
        { "a\\032b A 192.0.2.1", "a\\032b.example. 60 IN A 192.0.2.1" },
        { "a\\ b A 192.0.2.1", "a\\032b.example. 60 IN A 192.0.2.1" },
        { "a\\\\. A 192.0.2.1", "a\\\\. 60 IN A 192.0.2.1" },
        { "a\\; A 192.0.2.1", "a\\;.example. 60 IN A 192.0.2.1" },
        { "\\$ORIGIN A 192.0.2.1", "\\$origin.example. 60 IN A 192.0.2.1" },
        { "x TXT one", "x.example. 60 IN TXT \"one\"" },
        { "x TXT \"a;b (c) \\\" \\\\ \\009\" \"\"", "x.example. 60 IN TXT \"a;b (c) \\\" \\\\ \\009\" \"\"" },
        { "x TXT \"a\"\"b\"", "x.example. 60 IN TXT \"a\" \"b\"" },
        { "x TXT ( \"a\"\n \"b\" )", "x.example. 60 IN TXT \"a\" \"b\"" },
        { "x TXT \"\u00fc\"", "x.example. 60 IN TXT \"\\252\"" },
        { "x CNAME @", "x.example. 60 IN CNAME example." },
        { "x CNAME .", "x.example. 60 IN CNAME ." },
        { "x TYPE65280 \\# 3 0102 03", "x.example. 60 IN TYPE65280 \\# 3 010203" },
        { "x A \\# 4 c0000201", "x.example. 60 IN A 192.0.2.1" },
        { "x LOC \\# 0", "x.example. 60 IN LOC \\# 0" },
        { "\u00ef\u00bb\u00bfx A 192.0.2.1", "x.example. 60 IN A 192.0.2.1" },
    };

    [Theory]
    [MemberData(nameof(Entries))]
    public void An_entry_is_read(string text, string record) =>
        ZoneFileText.Read(text[0] == '\u00ef' ? $"{text[..3]}$ORIGIN example.\n{text[3..]}\n" : $"$ORIGIN example.\n{text}\n").Select(ZoneFileText.Show).Should().Equal(record);

    [Fact]
    public void A_TTL_that_is_left_out_is_the_last_or_that_of_the_directive() =>
        ZoneFileText.Read("$ORIGIN example.\na 5 A 192.0.2.1\nb A 192.0.2.2\n$TTL 9\nc A 192.0.2.3\nd 7 A 192.0.2.4\n A 192.0.2.5\n")
            .Select(record => record.Ttl).Should().Equal([5, 5, 9, 7, 9], "RFC 1035 §5.1; RFC 2308 §4");

    [Fact]
    public void An_included_file_changes_neither_origin_nor_owner_of_the_one_that_includes_it() =>
        ZoneFileText.Read(
            "$ORIGIN example.\nx A 192.0.2.1\n$INCLUDE a/one.zone sub\n A 192.0.2.2\n",
            ("/zones/a/one.zone", "y A 192.0.2.3\n$ORIGIN other.\n$INCLUDE two.zone\n"),
            ("/zones/a/two.zone", "z A 192.0.2.4\n"))
            .Select(ZoneFileText.Show).Should().Equal(
                "x.example. 60 IN A 192.0.2.1", "y.sub.example. 60 IN A 192.0.2.3", "z.other. 60 IN A 192.0.2.4", "x.example. 60 IN A 192.0.2.2");

    public static TheoryData<string, string> Problems => new()
    {
        { "x A", "line 2, column 4: A is not complete: an address is missing" },
        { "x A 192.0.2.256", "line 2, column 5: '192.0.2.256' is not an IPv4 address" },
        { "x A 192.0.2", "is not an IPv4 address" },
        { "x A 010.0.0.1", "is not an IPv4 address" },
        { "x AAAA 192.0.2.1", "is not an IPv6 address" },
        { "x AAAA fe80::1%eth0", "is not an IPv6 address" },
        { "x A 192.0.2.1 192.0.2.2", "line 2, column 15: '192.0.2.2' is more than A has" },
        { "x", "line 2, column 2: a type is missing" },
        { "x 300", "a type is missing" },
        { "x IN", "a type is missing" },
        { "x B 192.0.2.1", "line 2, column 3: 'B' is not a type" },
        { "x 300 300 A 192.0.2.1", "'300' is not a type" },
        { "x IN IN A 192.0.2.1", "'IN' is not a type" },
        { "x CH TXT a", "class CH is not served" },
        { "x CLASS3 TXT a", "class CLASS3 is not served" },
        { "x 1y A 192.0.2.1", "'1Y' is not a TTL" },
        { "x 2147483648 A 192.0.2.1", "is not a TTL" },
        { "x 1h30 A 192.0.2.1", "is not a TTL" },
        { "x TYPE65536 \\# 0", "is not a type" },
        { " A 192.0.2.1", "the line begins with a blank, and no name stands above it" },
        { "x..y A 192.0.2.1", "line 2, column 1: 'x..y' is not a name" },
        { "\"x\" A 192.0.2.1", "is in quotes" },
        { "x CNAME \"y\"", "line 2, column 9: 'y' is in quotes" },
        { "x\\999 A 192.0.2.1", "is not a name" },
        { "\u00fcx A 192.0.2.1", "xn--" },
        { "x TXT \"open", "line 2, column 7: these quotes are not closed on their line" },
        { "x TXT \"a\\\n\"", "these quotes are not closed" },
        { "x TXT \"\\256\"", "line 2, column 7: '\\256' has an escape that is none" },
        { "x TXT \\25", "has an escape that is none" },
        { "x TXT a\\", "line 2, column 8: there is nothing behind the backslash" },
        { "x A ( 192.0.2.1", "line 2, column 5: this parenthesis is never closed" },
        { "x A 192.0.2.1 )", "line 2, column 15: this parenthesis closes none" },
        { "x A 192.0.2.1\0", "control character" },
        { $"x TXT {new string('a', 256)}", "a string has at most 255 octets, and this one 256" },
        { "x MX 65536 y", "is not a number from 0 to 65535" },
        { "x MX -1 y", "is not a number" },
        { "x MX 10", "a name is missing" },
        { "x SSHFP 1 1 abc", "is not hexadecimal" },
        { "x SSHFP 1 1", "hexadecimal data is missing" },
        { "x DNSKEY 257 3 13 a*b", "is not base 64" },
        { "x CAA 0 is-sue \"a\"", "is not a tag" },
        { "x LOC 52 22 23.000 N 4 53 32.000 E -2.00m", "LOC has no text form here: write its data as \\# LENGTH HEX" },
        { "x TYPE65280 abc", "write its data as \\# LENGTH HEX" },
        { "x TYPE65280 \\# 2 01", "\\# announces 2 octets, and 1 follow" },
        { "x TYPE65280 \\# x", "\\# is not followed by the number of octets" },
        { "x A \\# 3 c00002", "these octets are no A record" },
        { "x MX \\# 4 000a c000", "these octets are no MX record" },
        { "x NSEC y A", "served unsigned" },
        { "x RRSIG \\# 0", "served unsigned" },
        { "x DNAME y", "DNAME is not served" },
        { "x TYPE255 \\# 0", "is no type of data" },
        { "x OPT \\# 0", "is not a type" },
        { "$GENERATE 1-3 x$ A 192.0.2.$", "'$GENERATE' is not known here" },
        { "$TTL", "write $ORIGIN NAME" },
        { "$TTL x", "line 2, column 6: 'x' is not a time" },
        { "$INCLUDE ../secret", "line 2, column 10: '../secret' is outside the folder" },
        { "$INCLUDE /etc/shadow", "is outside the folder" },
        { "$INCLUDE main.zone", "files include each other more than 8 deep" },
        { "x \u001b[2J A", "control character" },
    };

    [Theory]
    [MemberData(nameof(Problems))]
    public void A_mistake_is_said_in_one_line_with_its_place(string text, string problem) =>
        ZoneFileText.Problem($"$ORIGIN example.\n{text}\n").Should().StartWith("'/zones/main.zone' line 2, column ").And.Contain(problem);

    [Fact]
    public void A_relative_name_needs_an_origin() => ZoneFileText.Problem("x A 192.0.2.1\n").Should().Contain("there is no origin yet: write $ORIGIN above it");

    [Fact]
    public void A_file_that_is_still_being_written_is_refused() =>
        ZoneFileText.Problem("$ORIGIN example.\nx A 192.0.2.1").Should().Contain("does not end with a line break: it may still be being written");

    [Fact]
    public void The_place_in_an_included_file_is_the_place_there() =>
        ZoneFileText.Problem("$ORIGIN example.\n$INCLUDE sub/a.zone\n", ("/zones/sub/a.zone", "\n\nx A y\n")).Should().StartWith("'/zones/sub/a.zone' line 3, column 5: ");

    [Fact]
    public void There_is_an_end_to_records_and_octets()
    {
        var line = "x A 192.0.2.1\n";
        ZoneFileText.Problem("$ORIGIN example.\n" + string.Concat(Enumerable.Repeat(line, MasterFileReader.MaxRecords + 1))).Should().Contain("there are more than 100000 records");
        ZoneFileText.Problem($"$ORIGIN example.\nx TXT {string.Join(' ', Enumerable.Repeat(new string('a', 255), 65))}\n").Should().Contain("the record has 16640 octets, and 16384 are the most");
        ZoneFileText.Problem(new string('\n', MasterFileReader.MaxOctets + 1)).Should().Contain("is too long: 16 MiB is the most");
    }
}
