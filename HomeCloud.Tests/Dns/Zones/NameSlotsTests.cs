using FsCheck;
using FsCheck.Fluent;
using HomeCloud.Dns.Zones;

namespace HomeCloud.Tests.Dns.Zones;

public class NameSlotsTests
{
    // Hashes that meet: one slot with one tag, one slot with two, and the last slot, from where a search begins anew.
    private static readonly (byte[] Name, int Hash)[] Names =
        [.. Enumerable.Range(0, 12).Select(i => (NameTableTests.Relative($"n{i}"), (i % 3) switch
        {
            0 => 5,
            1 => 5 | (i << 25),
            _ => 15 | (i << 25),
        }))];

    [Fact]
    public void Any_sequence_of_changes_leaves_what_a_plain_model_says()
    {
        var change = Gen.Choose(0, Names.Length - 1).Zip(Gen.Choose(0, 1)).Select(pair => (At: pair.Item1, Put: pair.Item2 > 0));
        Prop.ForAll(Arb.From(change.ArrayOf(60)), changes =>
        {
            var slots = new NameSlots();
            var model = new HashSet<int>();
            foreach (var (at, put) in changes)
            {
                var (name, hash) = Names[at];
                if (slots.TryFind(name, hash, out var slot, out _) != model.Contains(at))
                    return false;
                if (put && model.Add(at))
                {
                    if (slots.IsCrowded)
                        slots = Rehashed(slots);
                    slots.Add(new ZoneNode(name, Kind(at)), hash);
                }
                else if (!put && model.Remove(at))
                {
                    slots.Remove(slot);
                }
            }

            return slots.Count == model.Count
                && slots.All.Count() == model.Count
                && Enumerable.Range(0, Names.Length).All(at =>
                    slots.TryFind(Names[at].Name, Names[at].Hash, out _, out var node) == model.Contains(at)
                    && (!model.Contains(at) || node.Kind == Kind(at).Kind));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Names_that_come_and_go_leave_their_slots_free()
    {
        var slots = new NameSlots();
        for (var round = 0; round < 1000; round++)
        {
            foreach (var (name, hash) in Names[..5])
                slots.Add(new ZoneNode(name, default), hash);
            foreach (var (name, hash) in Names[..5])
            {
                slots.TryFind(name, hash, out var at, out _).Should().BeTrue();
                slots.Remove(at);
            }

            slots.IsCrowded.Should().BeFalse();
        }
    }

    [Fact]
    public void A_node_keeps_all_that_it_was_given()
    {
        var content = new NodeContent(new byte[] { 1, 0, 1, 0, 2, 0, 7, 8 }, NodeExplanation.Pack("it sleeps", default), NodeKind.Check);
        var node = new ZoneNode("\u0003nas"u8, content) { Children = 70_000, HasWildcard = true };

        node.Name.ToArray().Should().Equal("\u0003nas"u8.ToArray());
        node.Packed.ToArray().Should().Equal(content.RecordSets.ToArray());
        node.Kind.Should().Be(NodeKind.Check);
        node.Children.Should().Be(70_000);
        node.HasWildcard.Should().BeTrue();
        node.Explanation.Write(new byte[100], 0).Should().Be("it sleeps".Length);
        new ZoneNode(node.Octets) { HasWildcard = false }.Kind.Should().Be(NodeKind.Check);
        node.HasWildcard.Should().BeFalse();
    }

    // As the table itself would grow, but with the hashes of this test.
    private static NameSlots Rehashed(NameSlots crowded)
    {
        var roomier = new NameSlots(64);
        foreach (var node in crowded.All)
            roomier.Add(node, Names.Single(known => known.Name.AsSpan().SequenceEqual(node.Name)).Hash);
        return roomier;
    }

    private static NodeContent Kind(int at) => new(default, default, (NodeKind)(at % 4));
}
