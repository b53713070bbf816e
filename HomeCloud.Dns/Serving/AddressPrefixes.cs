using System.Net;
using HomeCloud.Net.Addresses;

namespace HomeCloud.Dns.Serving;

/// <summary>A set of networks, asked for every query. Immutable.</summary>
public sealed class AddressPrefixes
{
    private readonly Prefix[] _prefixes;

    private AddressPrefixes(Prefix[] prefixes) => _prefixes = prefixes;

    public static AddressPrefixes None { get; } = new([]);

    public static AddressPrefixes Everybody { get; } = Parse(["0.0.0.0/0", "::/0"]);

    /// <summary>This machine itself, as people write it.</summary>
    public static IReadOnlyList<string> LoopbackNetworks { get; } = ["127.0.0.0/8", "::1"];

    /// <summary>
    /// Private (RFC 1918) and shared (RFC 6598) IPv4 addresses; VPN overlays use the latter. Where we listen unasked and who may
    /// ask there is this one list.
    /// </summary>
    public static AddressPrefixes PrivateIPv4 { get; } = Parse(["192.168.0.0/16", "10.0.0.0/8", "172.16.0.0/12", "100.64.0.0/10"]);

    /// <summary>Private, loopback, link-local (RFC 3927, RFC 4291 §2.5.6) and unique local (RFC 4193) addresses; the frequent ones first.</summary>
    public static AddressPrefixes Local { get; } = Parse(["192.168.0.0/16", "127.0.0.0/8"]).With(PrivateIPv4).With(Parse(["169.254.0.0/16", "::1", "fc00::/7", "fe80::/10"]));

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
        texts.Where(text => !TryParse(text, out _)).Select(text => $"{option} '{text}' is not a network; write it like {example}.");

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

    /// <exception cref="FormatException">A text is not a network; validate first.</exception>
    public static AddressPrefixes Parse(IEnumerable<string> texts) => texts.Aggregate(None, (all, text) =>
        TryParse(text, out var one) ? all.With(one) : throw new FormatException($"'{text}' is not an address or network."));

    private readonly record struct Prefix(ulong High, ulong Low, ulong MaskHigh, ulong MaskLow);
}
