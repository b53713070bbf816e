using FsCheck;
using FsCheck.Fluent;
using HomeCloud.Net.Wire;

namespace HomeCloud.Tests.Net.Wire;

public class DnsNameProperties
{
    private static readonly Gen<byte[]> Label =
        Gen.Choose(1, 63).SelectMany(length => Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf(length));

    /// <summary>Valid wire names of zero to six labels of arbitrary octets.</summary>
    internal static readonly Gen<byte[]> WireName = Gen.Choose(0, 6)
        .SelectMany(Label.ArrayOf)
        .Select(labels =>
        {
            var wire = new List<byte>();
            foreach (var label in labels.TakeWhile(label => wire.Count + label.Length + 2 <= DnsName.MaxLength))
            {
                wire.Add((byte)label.Length);
                wire.AddRange(label);
            }

            wire.Add(0);
            return wire.ToArray();
        });

    [Fact]
    public void Presentation_form_round_trips() => Prop.ForAll(Arb.From(WireName), wire =>
    {
        var buffer = new byte[DnsName.MaxLength];
        return DnsName.TryParse(DnsName.ToText(wire), buffer, out var length) && buffer.AsSpan(0, length).SequenceEqual(wire);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Every_truncated_prefix_of_a_name_is_refused() => Prop.ForAll(Arb.From(WireName), wire =>
        DnsName.Measure(wire) == wire.Length
        && Enumerable.Range(0, wire.Length).All(length => DnsName.Measure(wire.AsSpan(0, length)) == 0)).QuickCheckThrowOnFailure();

    [Fact]
    public void Folded_names_are_equal_without_case() => Prop.ForAll(Arb.From(WireName), wire =>
    {
        var folded = new byte[wire.Length];
        DnsName.Fold(wire, folded);
        return DnsName.EqualsIgnoreCase(wire, folded) && DnsName.Measure(folded) == wire.Length;
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_name_lies_below_each_of_its_parents() => Prop.ForAll(Arb.From(WireName), wire =>
    {
        ReadOnlySpan<byte> ancestor = wire;
        for (var label = DnsName.CountLabels(wire); label >= 0; label--)
        {
            if (!DnsName.IsAtOrBelow(wire, ancestor))
                return false;
            ancestor = DnsName.Parent(ancestor);
        }

        return true;
    }).QuickCheckThrowOnFailure();
}
