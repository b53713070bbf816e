using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using HomeCloud.Net.Addresses;

namespace HomeCloud.Dns.Forwarding.Channels;

/// <summary>
/// One upstream as a person writes it: <c>addr[:port]</c>, <c>tcp://addr[:port]</c>, <c>tls://addr[:port][#name]</c>
/// or <c>https://name[:port][/path][#addr]</c>.
/// </summary>
public sealed record UpstreamAddress
{
    public const int PlainPort = 53;
    public const int TlsPort = 853;
    public const string DefaultPath = "/dns-query";

    private static readonly (string Prefix, UpstreamProtocol Protocol)[] Schemes =
    [
        ("tls://", UpstreamProtocol.Tls),
        ("https://", UpstreamProtocol.Https),
        ("tcp://", UpstreamProtocol.Tcp),
        ("udp://", UpstreamProtocol.Plain),
    ];

    public required UpstreamProtocol Protocol { get; init; }

    /// <summary>Where to connect to; null only for HTTPS by a name, which is looked up over the bootstrap servers.</summary>
    public IPEndPoint? EndPoint { get; init; }

    /// <summary>The name that the certificate must carry; null when the address itself must be in it.</summary>
    public string? ServerName { get; init; }

    public Uri? Url { get; init; }

    /// <summary>The canonical text, as shown in logs and on pages.</summary>
    public required string Text { get; init; }

    public override string ToString() => Text;

    public static bool TryParse(string? text, [NotNullWhen(true)] out UpstreamAddress? address, [NotNullWhen(false)] out string? problem)
    {
        address = null;
        text = text?.Trim() ?? "";
        if (text.Length == 0)
        {
            problem = "is empty: write an address (example: 192.168.1.1)";
            return false;
        }

        foreach (var (prefix, protocol) in Schemes)
        {
            if (!text.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
                continue;
            var rest = text[prefix.Length..];
            return protocol switch
            {
                UpstreamProtocol.Tls => TryParseTls(rest, out address, out problem),
                UpstreamProtocol.Https => TryParseHttps(rest, out address, out problem),
                _ => TryParsePlain(rest, protocol, out address, out problem),
            };
        }

        if (text.Contains("://", StringComparison.Ordinal))
        {
            problem = "has an unknown scheme: write addr[:port], tcp://addr, tls://addr#name or https://name/path";
            return false;
        }

        return TryParsePlain(text, UpstreamProtocol.Plain, out address, out problem);
    }

    private static bool TryParsePlain(string text, UpstreamProtocol protocol, out UpstreamAddress? address, out string? problem)
    {
        address = null;
        if (!EndPointText.TryParse(text, PlainPort, out var endPoint, out problem))
            return false;
        var shown = EndPointText.Format(endPoint, PlainPort);
        address = new UpstreamAddress { Protocol = protocol, EndPoint = endPoint, Text = protocol == UpstreamProtocol.Tcp ? "tcp://" + shown : shown };
        return true;
    }

    private static bool TryParseTls(string text, out UpstreamAddress? address, out string? problem)
    {
        address = null;
        var hash = text.IndexOf('#', StringComparison.Ordinal);
        var name = hash < 0 ? null : text[(hash + 1)..].TrimEnd('.');
        if (name is not null && Uri.CheckHostName(name) == UriHostNameType.Unknown)
        {
            problem = "has no valid name after '#': write the name in the server's certificate (example: tls://9.9.9.9#dns.quad9.net)";
            return false;
        }

        if (!EndPointText.TryParse(hash < 0 ? text : text[..hash], TlsPort, out var endPoint, out problem))
            return false;
        var shown = "tls://" + EndPointText.Format(endPoint, TlsPort);
        address = new UpstreamAddress
        {
            Protocol = UpstreamProtocol.Tls,
            EndPoint = endPoint,
            ServerName = name,
            Text = name is null ? shown : $"{shown}#{name}",
        };
        return true;
    }

    private static bool TryParseHttps(string text, out UpstreamAddress? address, out string? problem)
    {
        address = null;
        problem = null;
        var hash = text.IndexOf('#', StringComparison.Ordinal);
        IPAddress? fixedAddress = null;
        if (hash >= 0 && !AddressText.TryParse(text[(hash + 1)..], out fixedAddress))
        {
            problem = "has no address after '#': write the address to connect to (example: https://dns.quad9.net/dns-query#9.9.9.9)";
            return false;
        }

        if (!Uri.TryCreate("https://" + (hash < 0 ? text : text[..hash]), UriKind.Absolute, out var url) || url.UserInfo.Length > 0)
        {
            problem = "is not a URL: write https://name/dns-query";
            return false;
        }

        if (!AddressText.IsWrittenOut(url))
        {
            problem = $"has no valid address: write it as four plain numbers, https://{url.Host}/dns-query if you mean that";
            return false;
        }

        if (url.AbsolutePath == "/")
            url = new Uri(url, DefaultPath);
        if (fixedAddress is null && AddressText.TryParse(url.DnsSafeHost, out var literal))
            fixedAddress = literal;
        address = new UpstreamAddress
        {
            Protocol = UpstreamProtocol.Https,
            EndPoint = fixedAddress is null ? null : new IPEndPoint(fixedAddress, url.Port),
            ServerName = url.DnsSafeHost,
            Url = url,
            Text = hash < 0 ? url.AbsoluteUri : $"{url.AbsoluteUri}#{fixedAddress}",
        };
        return true;
    }

    /// <summary>True for an IPv6 address that means nothing without a zone id (RFC 4007 §6).</summary>
    internal bool NeedsScope => EndPoint is { AddressFamily: AddressFamily.InterNetworkV6 } endPoint
        && endPoint.Address.IsIPv6LinkLocal && endPoint.Address.ScopeId == 0;
}

/// <summary>How an upstream is spoken to.</summary>
public enum UpstreamProtocol : byte
{
    /// <summary>UDP, and TCP where an answer is truncated (RFC 1035 §4.2, RFC 7766).</summary>
    Plain,

    /// <summary>TCP only (RFC 7766).</summary>
    Tcp,

    /// <summary>DNS over TLS (RFC 7858).</summary>
    Tls,

    /// <summary>DNS over HTTPS (RFC 8484).</summary>
    Https,
}
