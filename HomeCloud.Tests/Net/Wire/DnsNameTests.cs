using System.Text;
using HomeCloud.Net.Wire;

namespace HomeCloud.Tests.Net.Wire;

public class DnsNameTests
{
    private static readonly string Label63 = new('a', 63);

    [Theory]
    [InlineData("home", "04 \"home\" 00")]
    [InlineData("home.", "04 \"home\" 00")]
    [InlineData(".", "00")]
    [InlineData("AirPlay.Home", "07 \"AirPlay\" 04 \"Home\" 00")]
    [InlineData(@"a\.b.home", "03 \"a.b\" 04 \"home\" 00")]
    [InlineData(@"\000\255.home", "02 00 FF 04 \"home\" 00")]
    [InlineData("*.x", "01 \"*\" 01 \"x\" 00")]
    [InlineData("_http._tcp.nas.home.", "05 \"_http\" 04 \"_tcp\" 03 \"nas\" 04 \"home\" 00")]
    public void Text_becomes_wire_form(string text, string wire) =>
        DnsName.Parse(text).Should().Equal(WireBytes.Parse(wire));

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData(".home")]
    [InlineData("a..b")]
    [InlineData("home..")]
    [InlineData(@"a\")]
    [InlineData(@"a\25")]
    [InlineData(@"a\256")]
    [InlineData("grüße")]
    public void Bad_text_is_refused(string text)
    {
        DnsName.TryParse(text, new byte[300], out var length).Should().BeFalse();
        length.Should().Be(0);
    }

    [Fact]
    public void A_label_of_63_octets_is_the_longest()
    {
        DnsName.TryParse(Label63, new byte[255], out var length).Should().BeTrue();
        length.Should().Be(65);
        DnsName.TryParse(Label63 + "a", new byte[255], out _).Should().BeFalse();
    }

    [Fact]
    public void A_name_of_255_octets_is_the_longest()
    {
        var longest = $"{Label63}.{Label63}.{Label63}.{new string('b', 61)}";
        DnsName.TryParse(longest, new byte[255], out var length).Should().BeTrue();
        length.Should().Be(255);
        DnsName.Measure(DnsName.Parse(longest)).Should().Be(255);
        DnsName.TryParse(longest + "b", new byte[300], out _).Should().BeFalse();
    }

    [Fact]
    public void A_buffer_too_small_is_refused_at_every_size()
    {
        for (var size = 0; size < 14; size++)
            DnsName.TryParse("airplay.home", new byte[size], out _).Should().BeFalse($"{size} octets cannot hold it");
        DnsName.TryParse("airplay.home", new byte[14], out _).Should().BeTrue();
    }

    [Theory]
    [InlineData("")]
    [InlineData("04 \"hom\"")]
    [InlineData("04 \"home\"")]
    [InlineData("40 \"x\" 00")]
    [InlineData("C0 0C")]
    [InlineData("01 \"x\" C0 0C")]
    public void Measure_refuses_what_is_cut_off_or_compressed(string wire) =>
        DnsName.Measure(WireBytes.Parse(wire)).Should().Be(0);

    [Fact]
    public void Measure_refuses_256_octets()
    {
        var wire = new byte[300];
        for (var i = 0; i < 254; i += 2)
            wire[i] = 1;
        wire[254] = 0;
        DnsName.Measure(wire).Should().Be(255);
        wire[254] = 1;
        DnsName.Measure(wire).Should().Be(0);
    }

    [Fact]
    public void Folding_touches_letters_only()
    {
        var all = Enumerable.Range(0, 256).Select(value => (byte)value).ToArray();
        var folded = new byte[256];
        DnsName.Fold(all, folded);
        for (var value = 0; value < 256; value++)
            folded[value].Should().Be(value is >= 'A' and <= 'Z' ? (byte)(value + 32) : (byte)value);
    }

    [Fact]
    public void Folding_is_the_same_at_every_length_and_alignment()
    {
        for (var length = 0; length < 40; length++)
        {
            var source = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("aZ@[Qz{`", 5)))[..length];
            var folded = new byte[length];
            DnsName.Fold(source, folded);
            Encoding.ASCII.GetString(folded).Should().Be(Encoding.ASCII.GetString(source).ToLowerInvariant());
        }
    }

    [Theory]
    [InlineData("airplay.home", "home", true)]
    [InlineData("home", "home", true)]
    [InlineData("a.b.c.home", "c.home", true)]
    [InlineData("home", "airplay.home", false)]
    [InlineData("myhome", "home", false)]
    [InlineData("anything", ".", true)]
    public void At_or_below_goes_by_labels(string name, string ancestor, bool expected) =>
        DnsName.IsAtOrBelow(DnsName.Parse(name), DnsName.Parse(ancestor)).Should().Be(expected);

    [Fact]
    public void A_label_that_contains_the_ancestor_s_octets_is_not_below_it()
    {
        // One label of six octets: "a", 0x04, "home".
        var disguised = WireBytes.Parse("06 \"a\" 04 \"home\" 00");
        DnsName.IsAtOrBelow(disguised, DnsName.Parse("home")).Should().BeFalse();
    }

    [Fact]
    public void Walking_up_ends_at_the_root()
    {
        ReadOnlySpan<byte> name = DnsName.Parse("a.bc.home");
        DnsName.CountLabels(name).Should().Be(3);
        Encoding.ASCII.GetString(DnsName.FirstLabel(name)).Should().Be("a");
        name = DnsName.Parent(DnsName.Parent(DnsName.Parent(name)));
        name.SequenceEqual(DnsName.Root).Should().BeTrue();
        DnsName.Parent(name).SequenceEqual(DnsName.Root).Should().BeTrue();
    }

    [Fact]
    public void Octets_that_are_not_printable_are_escaped() =>
        DnsName.ToText(WireBytes.Parse("05 \"a\" 20 2E 5C 07 00")).Should().Be(@"a\032\.\\\007.");

    [Fact]
    public void Equal_names_hash_equally_and_the_hash_spreads()
    {
        DnsName.Hash(DnsName.Parse("airplay.home")).Should().Be(DnsName.Hash(DnsName.Parse("airplay.home")));
        var hashes = Enumerable.Range(0, 10_000).Select(i => DnsName.Hash(DnsName.Parse($"name{i}.home"))).Distinct().Count();
        hashes.Should().BeGreaterThan(9_990);
    }

    [Fact]
    public void Case_is_ignored_where_asked()
    {
        DnsName.EqualsIgnoreCase(DnsName.Parse("AIRplay.home"), DnsName.Parse("airPLAY.HOME")).Should().BeTrue();
        DnsName.EqualsIgnoreCase(DnsName.Parse("airplay.home"), DnsName.Parse("airplax.home")).Should().BeFalse();
        DnsName.EqualsIgnoreCase("["u8, "{"u8).Should().BeFalse("only letters fold");
    }
}
