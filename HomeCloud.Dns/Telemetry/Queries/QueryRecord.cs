using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using HomeCloud.Dns.Serving;
using HomeCloud.Dns.Serving.Access;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Telemetry.Queries;

/// <summary>One answered query, as a value that a ring can hold without allocating.</summary>
internal struct QueryRecord
{
    /// <summary>UTC ticks (<see cref="DateTime.Ticks"/>).</summary>
    public long Time;

    public ClientAddress Client;
    public QueryTransport Transport;
    public AnswerSource Source;
    /// <summary>The block list that decided; null: none.</summary>
    public string? BlockedBy;
    /// <summary>What validation found.</summary>
    public Security Verdict;
    public RecordType Type;

    /// <summary>The RCODE of the header, without the extended bits.</summary>
    public ResponseCode ResponseCode;

    /// <summary>From handing the query to the pipeline to handing the answer to the transport; 0 when it was answered at once.</summary>
    public uint Microseconds;

    /// <summary>0 when the answer has no question.</summary>
    public byte NameLength;

    private NameOctets _name;

    /// <summary>QNAME in wire form, as asked.</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> Name => ((ReadOnlySpan<byte>)_name)[..NameLength];

    public void SetName(ReadOnlySpan<byte> name)
    {
        NameLength = (byte)name.Length;
        name.CopyTo(_name);
    }

    [InlineArray(DnsName.MaxLength)]
    private struct NameOctets
    {
        private byte _first;
    }
}

/// <summary>Where an answer came from, as far as the answer itself shows it.</summary>
public enum AnswerSource : byte
{
    /// <summary>Our zones and special-use names: the AA bit is set.</summary>
    Local,

    /// <summary>Answered at once without authority: the cache, or an error.</summary>
    Immediate,

    /// <summary>An upstream server had to be asked.</summary>
    Forwarded,

    /// <summary>A block list decided.</summary>
    Blocked,
}
