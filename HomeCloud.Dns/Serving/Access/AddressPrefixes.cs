using System.Net;
using HomeCloud.Net.Addresses;

namespace HomeCloud.Dns.Serving.Access;

/// <summary>A set of networks, asked for every query. Immutable.</summary>
public sealed class AddressPrefixes
{
    private readonly Prefix[] _prefixes;

    private AddressPrefixes(Prefix[] prefixes) => _prefixes = prefixes;

    public static AddressPrefixes None { get; } = new([]);

    public static AddressPrefixes Everybody { get; } = Parse(["0.0.0.0/0", "::/0"]);

    /// <summary>This machine itself, as people write it.</summary>
    public static IReadOnlyList<string> LoopbackNetworks { get; } = ["127.0.0.0/8", "::1"];

    /// <inheritdoc cref="SpecialRanges.PrivateIPv4"/>
    public static AddressPrefixes PrivateIPv4 { get; } = From(SpecialRanges.PrivateIPv4);

    /// <inheritdoc cref="SpecialRanges.Local"/>
    public static AddressPrefixes Local { get; } = Parse(["192.168.0.0/16", "127.0.0.0/8"]).With(From(SpecialRanges.Local)); // the frequent ones first

    public bool Contains(ClientAddress address)
    {
        foreach (ref readonly var prefix in _prefixes.AsSpan())
        {
            if ((address.High & prefix.MaskHigh) == prefix.High && (address.Low & prefix.MaskLow) == prefix.Low)
                return true;
        }

        return false;
    }

    /// <summary>Both; what is in both is kept once.</summary>
    public AddressPrefixes With(AddressPrefixes more) => new([.. _prefixes.Union(more._prefixes)]);

    /// <summary>Reads <c>192.168.0.0/16</c>, <c>2001:db8::/48</c> or a single address.</summary>
    public static bool TryParse(string text, out AddressPrefixes prefixes)
    {
        prefixes = None;
        var slash = text.IndexOf('/');
        if (!AddressText.TryParse(slash < 0 ? text : text[..slash], out var address))
            return false;
        var width = address.GetAddressBytes().Length * 8;
        var length = width;
        if (slash >= 0 && (!int.TryParse(text.AsSpan(slash + 1), out length) || length < 0 || length > width))
            return false;
        prefixes = From(address, length);
        return true;
    }

    /// <summary>Messages for a person about texts that are no networks; none when all is well.</summary>
    /// <param name="option">As it is written on the command line.</param>
    /// <param name="texts">What was given.</param>
    /// <param name="example">How to write it.</param>
    public static IEnumerable<string> Validate(string option, IEnumerable<string> texts, string example) =>
        texts.Where(text => !TryParse(text, out _)).Select(text => $"{option} '{text}' is not a valid network (example: {example}).");

    /// <param name="address">Any address in the network.</param>
    /// <param name="length">Bits of the prefix, up to 32 or 128.</param>
    public static AddressPrefixes From(IPAddress address, int length)
    {
        var value = ClientAddress.From(address);
        var bits = value.IsIPv4 ? length + 96 : length;
        var maskHigh = bits >= 64 ? ulong.MaxValue : bits == 0 ? 0 : ulong.MaxValue << (64 - bits);
        var maskLow = bits <= 64 ? 0 : ulong.MaxValue << (128 - bits);
        return new([new Prefix(value.High & maskHigh, value.Low & maskLow, maskHigh, maskLow)]);
    }

    public static AddressPrefixes From(IEnumerable<IPNetwork> networks) =>
        networks.Aggregate(None, (all, network) => all.With(From(network.BaseAddress, network.PrefixLength)));

    /// <exception cref="FormatException">A text is not a network; validate first.</exception>
    public static AddressPrefixes Parse(IEnumerable<string> texts) => texts.Aggregate(None, (all, text) =>
        TryParse(text, out var one) ? all.With(one) : throw new FormatException($"'{text}' is not a valid address or network."));

    private readonly record struct Prefix(ulong High, ulong Low, ulong MaskHigh, ulong MaskLow);
}
