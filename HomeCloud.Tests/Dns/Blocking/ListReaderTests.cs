using System.Text;
using HomeCloud.Dns.Blocking.Lists;
using HomeCloud.Net.Wire;

namespace HomeCloud.Tests.Dns.Blocking;

/// <summary>What each line of a list means, and that no text is anything worse than refused.</summary>
public sealed class ListReaderTests
{
    private const RuleKinds Pass = RuleKinds.PassesName;

    public static TheoryData<string, string, int> Lines => new()
    {
        { "0.0.0.0 ads.example", "ads.example", (int)RuleKinds.BlocksName },
        { "127.0.0.1\tads.example # why", "ads.example", (int)RuleKinds.BlocksName },
        { ":: a.example b.example\r", "b.example", (int)RuleKinds.BlocksName },
        { "ADS.Example.", "ads.example", (int)RuleKinds.BlocksName },
        { "  ads.example  # why", "ads.example", (int)RuleKinds.BlocksName },
        { "*.ads.example", "ads.example", (int)RuleKinds.Blocks },
        { "||ads.example^", "ads.example", (int)RuleKinds.Blocks },
        { "||ads.example", "ads.example", (int)RuleKinds.Blocks },
        { "||ads.example^$important", "ads.example", (int)RuleKinds.Blocks },
        { "||zip^", "zip", (int)RuleKinds.Blocks },
        { "@@||ads.example^", "ads.example", (int)RuleKinds.Exception },
        { "ads.example CNAME .", "ads.example", (int)RuleKinds.BlocksName },
        { "*.ads.example 300 IN CNAME *.", "ads.example", (int)RuleKinds.BlocksBelow },
        { "ads.example IN CNAME rpz-passthru.", "ads.example", (int)Pass },
        { "*.ads.example CNAME rpz-passthru.", "ads.example", (int)RuleKinds.PassesBelow },
        { "ads.example 60 A 0.0.0.0", "ads.example", (int)RuleKinds.BlocksName },
        { "$ORIGIN rpz.example.\nads.example.rpz.example. CNAME .", "ads.example", (int)RuleKinds.BlocksName },
        { "rpz.example. SOA a. b. ( 1\n 2 3\n 4 5 )\n*.ads.example.RPZ.example. CNAME .", "ads.example", (int)RuleKinds.BlocksBelow },
        { "ads.example\n||ads.example^", "ads.example", (int)RuleKinds.Blocks },
        { "||ads.example^\n@@||ads.example^\nads.example", "ads.example", (int)RuleKinds.Exception },
        { "ads.example CNAME .\nads.example CNAME rpz-passthru.\n*.ads.example CNAME .", "ads.example", (int)(Pass | RuleKinds.BlocksBelow) },
        { "\uFEFFads.example", "ads.example", (int)RuleKinds.BlocksName },
    };

    public static TheoryData<string> NoRules =>
    [
        "", "# ads.example", "! ads.example", "; ads.example", "[Adblock Plus 2.0]", "127.0.0.1 localhost", "0.0.0.0 0.0.0.0", "192.168.1.7 ads.example",
        "||ads.example^$third-party", "||ads.example/path^", "||ads.*^", "@@|https://ads.example", "|https://ads.example", "/ads[0-9]/", "ads.example##.banner",
        "ads..example", "word", "two words", "1.2.3.4", "ads.ex*ample", "a\0b.example", "ädö.example", "ads.example CNAME walled.example.", "32.1.2.0.192.rpz-ip CNAME .",
        "@ NS localhost.", "$TTL 60", "ads.example TXT \"x\"", $"{new string('a', 64)}.example", $"{new string('a', 5000)}.example", string.Join('.', Enumerable.Repeat("abcdefg", 40)),
    ];

    [Theory]
    [MemberData(nameof(Lines))]
    public void A_rule_is_understood(string text, string name, int kinds) => Find(Read(text + "\n"), name).Should().Be((RuleKinds)kinds);

    [Theory]
    [MemberData(nameof(NoRules))]
    public void What_is_no_rule_for_names_blocks_nothing(string text)
    {
        var content = Read(text);

        content.Table.Count.Should().Be(0);
        Read(text + "\nlast.example").Table.Count.Should().Be(1, "the next line is read all the same");
    }

    [Fact]
    public void Lines_are_counted_by_what_they_are()
    {
        var content = Read("# x\n0.0.0.0 a.example\n||b.example^\n||c.example^$third-party\nnot a rule at all\n\nd.example");

        (content.Understood, content.LeftOut, content.Unknown, content.Table.Blocked).Should().Be((3, 1, 1, 3));
    }

    [Theory]
    [InlineData("<!DOCTYPE html>\n<p>Sign in</p>", (int)ListProblem.WebPage)]
    [InlineData("\n  <html>", (int)ListProblem.WebPage)]
    [InlineData("{\"error\": 1}", (int)ListProblem.Json)]
    public void What_is_no_list_is_recognised(string text, int problem) => Read(text).Problem.Should().Be((ListProblem)problem);

    [Fact]
    public void A_long_list_is_read_in_pieces_and_each_name_is_found()
    {
        var names = Enumerable.Range(0, 50_000).Select(i => $"host{i * 7919 % 1_000_003}.zone{i % 97}.example").Distinct().ToArray();
        var text = string.Join('\n', names);

        var content = Read(text);

        content.Table.Count.Should().Be(names.Length);
        names.Should().OnlyContain(name => Find(content, name) == RuleKinds.BlocksName);
        Enumerable.Range(0, 50_000).Should().OnlyContain(i => Find(content, $"other{i}.example") == RuleKinds.None);
        ListReader.Digest(Stream(text)).Should().Be(content.Digest);
        ListReader.Digest(Stream(text + " ")).Should().NotBe(content.Digest);
        ListReader.FindLine(Stream(text), Hash(names[40_000])).Should().Be(40_001);
    }

    [Fact]
    public void A_table_says_what_a_dictionary_says()
    {
        var random = new Random(20261130);
        for (var round = 0; round < 200; round++)
        {
            var model = new Dictionary<ulong, RuleKinds>();
            var entries = new List<ulong>();
            RuleKinds[] kinds = [RuleKinds.BlocksName, RuleKinds.Blocks, RuleKinds.BlocksBelow, RuleKinds.Exception, RuleKinds.PassesName, RuleKinds.PassesBelow];
            var spread = round % 4 == 0 ? 5_000 : 60;
            ulong Draw() => ((ulong)random.Next(3) << 62) | ((ulong)random.Next(spread) << (round % 3 == 0 ? 4 : 34));
            for (var i = random.Next(spread * 6); i > 0; i--)
            {
                // Few of the first bits, so that many share a bucket: more than lie in a row, too.
                var hash = Draw();
                var kind = kinds[random.Next(kinds.Length)];
                entries.Add(hash | (byte)kind);
                model[hash] = model.TryGetValue(hash, out var there) ? there.With(kind) : kind;
            }

            var table = BlockTable.Build(entries.ToArray());

            table.Count.Should().Be(model.Count);
            model.All(pair => table.Find(pair.Key) == pair.Value).Should().BeTrue();
            Enumerable.Range(0, spread).Select(_ => Draw()).All(hash => table.Find(hash) == model.GetValueOrDefault(hash)).Should().BeTrue();
            table.Find(0).Should().Be(model.GetValueOrDefault(0UL));
            table.Find(~BlockHash.KindMask).Should().Be(RuleKinds.None);
            var kept = BlockTable.FromSorted(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, ulong>(table.Octets).ToArray());
            kept!.Octets.SequenceEqual(table.Octets).Should().BeTrue();
            model.All(pair => kept.Find(pair.Key) == pair.Value).Should().BeTrue();
        }
    }

    /// <summary>Whatever is done to good lines: no exception, and no name that was not in the text.</summary>
    [Fact]
    public void Damaged_lists_do_no_harm()
    {
        var random = new Random(20261130);
        var good = string.Join('\n', ((IEnumerable<object[]>)Lines).Concat(NoRules).Select(line => (string)line[0]));
        for (var round = 0; round < 3_000; round++)
        {
            var octets = Encoding.UTF8.GetBytes(good).ToList();
            for (var i = random.Next(1, 40); i > 0; i--)
            {
                var at = random.Next(octets.Count);
                switch (random.Next(4))
                {
                    case 0:
                        octets[at] = (byte)random.Next(256);
                        break;
                    case 1:
                        octets.RemoveRange(at, Math.Min(random.Next(20), octets.Count - at));
                        break;
                    case 2:
                        octets.InsertRange(at, octets.GetRange(0, Math.Min(octets.Count, random.Next(300))));
                        break;
                    default:
                        octets.Insert(at, (byte)"\n\t |@^$*.()#"[random.Next(12)]);
                        break;
                }
            }

            var content = ListReader.Read(new MemoryStream([.. octets]));

            content.Table.Count.Should().BeLessThanOrEqualTo(octets.Count / 2);
        }
    }

    internal static ListContent Read(string text) => ListReader.Read(Stream(text));

    private static MemoryStream Stream(string text) => new(Encoding.UTF8.GetBytes(text));

    private static RuleKinds Find(ListContent content, string name) => content.Table.Find(Hash(name));

    private static ulong Hash(string name) => BlockHash.OfName(DnsName.Parse(name));
}
