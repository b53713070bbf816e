using System.Reflection;
using System.Text;
using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Serving;

/// <summary>Class CHAOS: which server is this? (RFC 4892)</summary>
internal sealed class ChaosAnswer
{
    private static readonly byte[][] VersionNames = [DnsName.Parse("version.bind"), DnsName.Parse("version.server")];
    private static readonly byte[][] IdNames = [DnsName.Parse("id.server"), DnsName.Parse("hostname.bind")];

    private readonly EdnsResponder _edns;
    private readonly bool _enabled;
    private readonly byte[] _version;
    private readonly byte[] _id;

    public ChaosAnswer(EdnsResponder edns, ServingOptions options)
    {
        _edns = edns;
        _enabled = options.Chaos;
        var version = typeof(ChaosAnswer).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "?";
        _version = CharacterString($"HomeCloud {version.Split('+')[0]}");
        _id = options.Edns.ServerId.Length == 0 ? [] : CharacterString(options.Edns.ServerId);
    }

    public int Answer(Span<byte> buffer, scoped in ParsedQuery query, scoped in QueryContext context)
    {
        Reply.Begin(buffer, query, context, _edns, out var reply);
        var text = Find(query.Name);
        if (!_enabled || text.IsEmpty || query.Type is not (RecordType.Txt or RecordType.Any))
            return reply.Finish(ResponseCode.Refused, HeaderFlags.None, EdeCode.NotSupported);
        reply.Writer.TryWriteRecord(Section.Answer, [0xC0, MessageHeader.Size], RecordType.Txt, RecordClass.Chaos, 0, text);
        return reply.Finish(ResponseCode.NoError, HeaderFlags.Authoritative);
    }

    private ReadOnlySpan<byte> Find(ReadOnlySpan<byte> name)
    {
        foreach (var candidate in VersionNames)
        {
            if (name.SequenceEqual(candidate))
                return _version;
        }

        foreach (var candidate in IdNames)
        {
            if (name.SequenceEqual(candidate))
                return _id;
        }

        return default;
    }

    private static byte[] CharacterString(string text) => [(byte)text.Length, .. Encoding.ASCII.GetBytes(text)];
}
