using FsCheck;
using FsCheck.Fluent;
using HomeCloud.Dns.Zones;
using HomeCloud.Net.Wire;

namespace HomeCloud.Tests.Dns.Zones;

public class NameTableTests
{
    private static readonly NodeContent Some = new(default, default, NodeKind.Name);

    [Fact]
    public void Names_above_a_name_exist_as_long_as_it_does()
    {
        var table = new NameTable();
        table.Set(Relative("a.b.c"), Some);
        Kind(table, "b.c").Should().Be(NodeKind.EmptyNonTerminal);
        Kind(table, "c").Should().Be(NodeKind.EmptyNonTerminal);
        Kind(table, "x.c").Should().BeNull();

        table.Set(Relative("d.c"), Some);
        table.Remove(Relative("a.b.c"));
        Kind(table, "b.c").Should().BeNull();
        Kind(table, "c").Should().Be(NodeKind.EmptyNonTerminal);
        table.Remove(Relative("d.c"));
        table.IsEmpty.Should().BeTrue();
    }

    [Fact]
    public void A_name_with_others_below_becomes_an_empty_non_terminal_when_removed()
    {
        var table = new NameTable();
        table.Set(Relative("c"), Some);
        table.Set(Relative("b.c"), Some);
        table.Remove(Relative("c"));
        Kind(table, "c").Should().Be(NodeKind.EmptyNonTerminal);
        Kind(table, "b.c").Should().Be(NodeKind.Name);
    }

    [Fact]
    public void Built_in_names_come_back_when_nobody_claims_them()
    {
        var table = new NameTable();
        table.SetBuiltIn(Relative("ns"), Some with { Kind = NodeKind.ServerAddress });
        table.Set(Relative("ns"), Some);
        Kind(table, "ns").Should().Be(NodeKind.Name);
        table.Remove(Relative("ns"));
        Kind(table, "ns").Should().Be(NodeKind.ServerAddress);
    }

    [Fact]
    public void Any_sequence_of_changes_leaves_what_a_plain_model_says()
    {
        var names = new[] { "a", "b", "a.b", "c.a.b", "*.b", "x.y.z", "y.z", "*.y.z", "d.c.a.b" };
        var change = Gen.Choose(0, names.Length - 1).Zip(Gen.Choose(0, 2)).Select(pair => (Name: names[pair.Item1], Put: pair.Item2 > 0));
        Prop.ForAll(Arb.From(change.ArrayOf(40)), changes =>
        {
            var table = new NameTable();
            var model = new HashSet<string>();
            foreach (var (name, put) in changes)
            {
                if (put)
                {
                    table.Set(Relative(name), Some);
                    model.Add(name);
                }
                else
                {
                    table.Remove(Relative(name));
                    model.Remove(name);
                }
            }

            var expected = model.SelectMany(Ancestors).Append("").Distinct().Order().ToList();
            var actual = table.All.Select(Text).Order().ToList();
            return actual.SequenceEqual(expected)
                && table.Count == expected.Count
                && expected.All(name => (Kind(table, name) == NodeKind.Name) == model.Contains(name))
                && expected.All(name => HasWildcard(table, name) == expected.Contains(name.Length == 0 ? "*" : "*." + name));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Growing_loses_nothing()
    {
        var table = new NameTable();
        for (var i = 0; i < 5000; i++)
            table.Set(Relative($"name{i}.group{i % 7}"), Some);
        for (var i = 0; i < 5000; i++)
            Kind(table, $"name{i}.group{i % 7}").Should().Be(NodeKind.Name);
        table.Count.Should().Be(5000 + 7 + 1);
    }

    [Fact(Timeout = 60_000)]
    public async Task Readers_never_miss_a_name_that_stays()
    {
        var table = new NameTable();
        string[] staying = ["stays", "also.stays", "*.stays"];
        foreach (var name in staying)
            table.Set(Relative(name), Some);

        var done = false;
        var readers = Enumerable.Range(0, 2).Select(_ => Task.Run(() =>
        {
            long misses = 0;
            while (!Volatile.Read(ref done))
            {
                foreach (var name in staying)
                    misses += Kind(table, name) is null ? 1 : 0;
            }

            return misses;
        })).ToArray();

        for (var round = 0; round < 20_000; round++)
        {
            table.Set(Relative($"comes{round % 500}.stays"), Some);
            table.Set(Relative("stays"), Some);
            table.Remove(Relative($"comes{(round + 250) % 500}.stays"));
        }

        Volatile.Write(ref done, true);
        (await Task.WhenAll(readers)).Sum().Should().Be(0);
    }

    internal static byte[] Relative(string name) => name.Length == 0 ? [] : DnsName.Parse(name)[..^1];

    private static string Text(ZoneNode node) => node.Name.IsEmpty ? "" : DnsName.ToText([.. node.Name, 0])[..^1];

    private static NodeKind? Kind(NameTable table, string name) => table.TryGet(Relative(name), out var node) ? node.Kind : null;

    private static bool HasWildcard(NameTable table, string name) => table.TryGet(Relative(name), out var node) && node.HasWildcard;

    private static IEnumerable<string> Ancestors(string name)
    {
        while (true)
        {
            yield return name;
            var dot = name.IndexOf('.', StringComparison.Ordinal);
            if (dot < 0)
                yield break;
            name = name[(dot + 1)..];
        }
    }
}
