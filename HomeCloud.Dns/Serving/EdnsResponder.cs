using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using HomeCloud.Dns.Serving.Access;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Serving;

/// <summary>
/// Decides how long an answer may be and adds the OPT record it must carry (RFC 6891 §6.1.1: exactly when the query had
/// one): cookie, NSID, keepalive, Extended DNS Error, padding. Shared by local answers and forwarded ones, early and late.
/// </summary>
public sealed class EdnsResponder
{
    // RFC 8467 §4.1: responses are padded to multiples of 468 octets.
    private const int PaddingBlock = 468;

    private const long LookEveryMilliseconds = 1_000;

    private readonly ServerCookies? _cookies;
    private readonly byte[] _serverId;
    private readonly ushort _maxUdpSize;
    private readonly ushort _keepaliveTenths;
    private readonly TimeProvider _time;
    private readonly bool _followsClock;
    private long _unixSecondsAtZero;
    private long _lookAt = long.MinValue;

    public EdnsResponder(EdnsOptions options, TimeProvider? time = null)
    {
        _cookies = options.Cookies ?? options.CookieSecret.Length != 0
            ? new ServerCookies(options.CookieSecret.Length == 0 ? null : Convert.FromHexString(options.CookieSecret))
            : null;
        _serverId = Encoding.ASCII.GetBytes(options.ServerId);
        _maxUdpSize = (ushort)options.MaxUdpSize;
        _keepaliveTenths = (ushort)Math.Min(options.TcpKeepalive.TotalSeconds * 10, ushort.MaxValue);
        _followsClock = options.CookieSecret.Length != 0;
        _time = time ?? TimeProvider.System;
    }

    /// <summary>The largest answer, OPT included, that this asker may get.</summary>
    public int MaxLength(in ReplyTerms terms, int bufferLength)
    {
        ref readonly var edns = ref terms.Edns;
        if (terms.Transport != QueryTransport.Udp)
            return Math.Min(bufferLength, MessageHeader.MaxMessageSize);
        var size = edns.Present ? Math.Clamp(edns.UdpSize, (ushort)MessageHeader.ClassicUdpSize, _maxUdpSize) : MessageHeader.ClassicUdpSize;
        return Math.Min(bufferLength, size);
    }

    /// <summary>Octets to keep free behind the records for the OPT record; Extended DNS Errors and padding only use what is left.</summary>
    public int Reserve(in ReplyTerms terms)
    {
        ref readonly var edns = ref terms.Edns;
        if (!edns.Present)
            return 0;
        var size = OptRecordWriter.EmptySize;
        if (edns.HasCookie && _cookies is not null)
            size += 4 + ServerCookies.Length;
        if (edns.WantsNsid && _serverId.Length != 0)
            size += 4 + _serverId.Length;
        if (edns.WantsKeepalive && HasSession(terms))
            size += 6;
        return size;
    }

    /// <summary>Whether the asker proved its address by a server cookie of ours.</summary>
    public bool HasValidCookie(in EdnsQuery edns, ClientAddress client, long nowMilliseconds) =>
        _cookies is not null && edns.HasCookie && _cookies.IsValid(edns, client, UnixSeconds(nowMilliseconds));

    /// <summary>Writes the OPT record behind <paramref name="length"/> octets of message; the caller counts it when the result is positive.</summary>
    /// <param name="message">From the first octet of the message to the limit of its length.</param>
    /// <param name="length">Octets of the message so far.</param>
    /// <param name="terms">What the asker laid down.</param>
    /// <param name="code">The response code whose upper bits go into the record.</param>
    /// <param name="error">An Extended DNS Error, or null.</param>
    /// <param name="utf8Text">Its text, left out where it does not fit.</param>
    /// <param name="handedOn">Whole options of an upstream's OPT record that the asker gets too, as far as they fit.</param>
    /// <returns>Octets written: 0 when the query had no OPT record, or nothing fits.</returns>
    public int Write(Span<byte> message, int length, in ReplyTerms terms, ResponseCode code, EdeCode? error = null, ReadOnlySpan<byte> utf8Text = default, ReadOnlySpan<byte> handedOn = default)
    {
        ref readonly var edns = ref terms.Edns;
        if (!edns.Present
            || !OptRecordWriter.TryBegin(message[length..], _maxUdpSize, code, edns.DnssecOk, out var opt))
        {
            return 0;
        }

        if (edns.HasCookie && _cookies is not null && opt.TryReserveOption(EdnsOptionCode.Cookie, ServerCookies.Length, out var cookie))
            _cookies.Write(cookie, edns, terms.Client, UnixSeconds(terms.NowMilliseconds));
        if (edns.WantsNsid && _serverId.Length != 0)
            opt.TryWriteOption(EdnsOptionCode.Nsid, _serverId);
        if (edns.WantsKeepalive && HasSession(terms) && opt.TryReserveOption(EdnsOptionCode.TcpKeepalive, 2, out var keepalive))
            BinaryPrimitives.WriteUInt16BigEndian(keepalive, _keepaliveTenths);
        if (error is { } info)
            opt.TryWriteExtendedError(info, utf8Text);
        else if (code == ResponseCode.ServerFailure && handedOn.IsEmpty)
            opt.TryWriteExtendedError(EdeCode.Other, "this server could not create the answer"u8); // systemd-resolved 262 asks three times where nothing is said
        var others = new EdnsOptionReader(handedOn);
        while (others.TryReadOption(out var option, out var value))
            opt.TryWriteOption(option, value);
        if (terms.Transport is QueryTransport.Tls or QueryTransport.Https && edns.WantsPadding)
            opt.TryWritePadding(length + opt.Length, PaddingBlock);
        return opt.Length;
    }

    // RFC 7828: of a session that DNS itself keeps. One of HTTP has rules of its own.
    private static bool HasSession(in ReplyTerms terms) => terms.Transport is QueryTransport.Tcp or QueryTransport.Tls;

    private uint UnixSeconds(long nowMilliseconds)
    {
        if (nowMilliseconds >= Volatile.Read(ref _lookAt))
            LookAtClock(nowMilliseconds);
        return (uint)(Volatile.Read(ref _unixSecondsAtZero) + (nowMilliseconds / 1000));
    }

    // Servers that share a secret must agree about the time, whichever of them is set right last. A secret of our own has
    // nobody to agree with: its cookies outlive every step of the clock.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void LookAtClock(long nowMilliseconds)
    {
        Volatile.Write(ref _unixSecondsAtZero, _time.GetUtcNow().ToUnixTimeSeconds() - (nowMilliseconds / 1000));
        Volatile.Write(ref _lookAt, _followsClock ? nowMilliseconds + LookEveryMilliseconds : long.MaxValue);
    }
}
