using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net.Sockets;
using HomeCloud.Dns.Forwarding.Inspection;
using HomeCloud.Net.Wire;
using HomeCloud.Tests.Dns.Peers;
using HomeCloud.Tests.Dns.ScriptedUpstream;

namespace HomeCloud.Tests.Dns.Validation;

/// <summary>What is done to an answer on its way.</summary>
public enum Forgery
{
    None,
    NoSignatures,
    NoAnswerSignatures,
    NoAuthoritySignatures,
    WrongSignature,
    OtherData,
    OneRecordMore,
    OneRecordLess,
    NoProofs,
    FirstProofOnly,
    LastProofOnly,
    NoSoa,
    Empty,
    Exists,
    DoesNotExist,
    LongTtl,
    OtherSigner,
    WrongLabels,
    LaterExpiration,
    OtherTag,
    ProofsOfOther,
    Failure,
    OtherCode,
    UnsignedDenial,

    // Not compared with other validators: those have no rebind protection, refer to nobody, or leave the record in.
    PrivateAddress,
    Referral,
    UnsignedProof,
}

/// <summary>An upstream that asks the server of signed zones, and forges some answers: each question in the way that the test says.</summary>
internal sealed class ForgingUpstream : IAsyncDisposable
{
    private readonly PeerProcess _signed;
    private readonly Dictionary<(string Name, RecordType Type), byte[]> _answers = [];

    public ForgingUpstream(PeerProcess signed)
    {
        _signed = signed;
        Server = new ScriptedServer().When("*", null, reply => reply.Whole = Answer);
    }

    public ScriptedServer Server { get; }

    /// <summary>Which questions are forged; others are not.</summary>
    public ConcurrentDictionary<(string Name, RecordType Type), Forgery> Forgeries { get; } = [];

    /// <summary>What is done to all others.</summary>
    public volatile Forgery Otherwise;

    /// <summary>Each question is forged the first time only.</summary>
    public bool IsOnce { get; set; }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    private byte[] Answer(DnsMessage query)
    {
        var key = (query.Name.ToLowerInvariant(), query.Type);
        byte[]? whole;
        lock (_answers)
        {
            if (!_answers.TryGetValue(key, out whole))
                _answers[key] = whole = AskTree(key.Item1, key.Type);
        }

        var records = new ForgedMessage(whole);
        var forgery = Forgeries.GetValueOrDefault(key, Otherwise);
        if (forgery != Forgery.None)
            records.Forge(forgery, () => new ForgedMessage(AskTree("zzz." + key.Item1, key.Type)));
        if (IsOnce)
            Forgeries.TryRemove(key, out _);
        return records.Write(query);
    }

    private byte[] AskTree(string name, RecordType type)
    {
        var query = DnsMessage.Query(name, type, dnssecOk: true);
        using var client = new TcpClient();
        client.Connect(_signed.EndPoint);
        var stream = client.GetStream();
        stream.Write([(byte)(query.Length >> 8), (byte)query.Length, .. query]);
        var length = new byte[2];
        stream.ReadExactly(length);
        var reply = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
        stream.ReadExactly(reply);
        return reply;
    }
}

/// <summary>A message as a list of records, whose names are not compressed.</summary>
internal sealed class ForgedMessage
{
    private readonly List<LooseRecord> _records = [];
    private ResponseCode _code;

    public ForgedMessage(byte[] message)
    {
        _code = MessageHeader.ResponseCode(message);
        var reader = new MessageReader(message);
        reader.TrySkipQuestion(out _, out _).Should().BeTrue();
        int answers = MessageHeader.AnswerCount(message);
        var all = answers + MessageHeader.AuthorityCount(message);
        for (var i = 0; i < all; i++)
        {
            reader.TryReadRecord(out var record).Should().BeTrue();
            var owner = new byte[DnsName.MaxLength];
            var data = new byte[record.DataLength + RecordData.Growth];
            new MessageReader(message, record.NameOffset).TryReadName(owner, out var ownerLength).Should().BeTrue();
            RecordData.TryUnpack(message, record, data, out var length, out _).Should().BeTrue();
            _records.Add(new LooseRecord(i >= answers, owner[..ownerLength], record.Type, record.Ttl, data[..length]));
        }
    }

    public void Forge(Forgery forgery, Func<ForgedMessage> other)
    {
        switch (forgery)
        {
            case Forgery.NoSignatures:
                _records.RemoveAll(record => record.Type == RecordType.Rrsig);
                break;
            case Forgery.NoAnswerSignatures:
                _records.RemoveAll(record => record is { Type: RecordType.Rrsig, IsAuthority: false });
                break;
            case Forgery.NoAuthoritySignatures:
                _records.RemoveAll(record => record is { Type: RecordType.Rrsig, IsAuthority: true });
                break;
            case Forgery.WrongSignature:
                Change(RecordType.Rrsig, data => data[^5] ^= 0x10);
                break;
            case Forgery.OtherData:
                Change(null, data => data[^1] ^= 1);
                break;
            case Forgery.OneRecordMore when _records.Find(record => record is { Type: RecordType.A, IsAuthority: false }) is { } address:
                _records.Insert(0, address with { Data = [203, 0, 113, 66] });
                break;
            case Forgery.OneRecordLess when _records.FindIndex(record => record is { Type: RecordType.A, IsAuthority: false }) is >= 0 and var at:
                _records.RemoveAt(at);
                break;
            case Forgery.NoProofs:
                _records.RemoveAll(IsProof);
                break;
            case Forgery.FirstProofOnly:
                KeepProof(_records.Find(IsProof)?.Owner);
                break;
            case Forgery.LastProofOnly:
                KeepProof(_records.FindLast(IsProof)?.Owner);
                break;
            case Forgery.Failure:
                _code = ResponseCode.ServerFailure;
                _records.Clear();
                break;
            case Forgery.OtherCode:
                _code = _code == ResponseCode.NameError ? ResponseCode.NoError : ResponseCode.NameError;
                break;
            case Forgery.UnsignedDenial:
                _code = ResponseCode.NameError;
                _records.Clear();
                _records.Add(new LooseRecord(true, [0], RecordType.Soa, 300, [0, 0, .. new byte[19], 200]));
                break;
            case Forgery.PrivateAddress when _records.FindIndex(record => record is { Type: RecordType.A, IsAuthority: false }) is >= 0 and var inside:
                _code = ResponseCode.NameError;
                _records[inside] = _records[inside] with { Ttl = 80_000, Data = [192, 168, 0, 66] };
                break;
            case Forgery.Referral:
                _records.Clear();
                _records.Add(new LooseRecord(true, [3, (byte)'l', (byte)'a', (byte)'b', 0], RecordType.Ns, 300, [2, (byte)'n', (byte)'s', 0]));
                break;
            case Forgery.UnsignedProof:
                _records.Add(new LooseRecord(true, [0], RecordType.Nsec, 300, [0, 0, 1, 0x40]));
                break;
            case Forgery.NoSoa:
                _records.RemoveAll(record => record.Type == RecordType.Soa);
                break;
            case Forgery.Empty:
                _records.Clear();
                break;
            case Forgery.Exists:
                _code = ResponseCode.NoError;
                break;
            case Forgery.DoesNotExist:
                _code = ResponseCode.NameError;
                _records.RemoveAll(record => !record.IsAuthority);
                break;
            case Forgery.LongTtl:
                for (var i = 0; i < _records.Count; i++)
                    _records[i] = _records[i] with { Ttl = 80_000 };
                break;
            case Forgery.OtherSigner:
                for (var i = 0; i < _records.Count; i++)
                {
                    if (_records[i].Type == RecordType.Rrsig)
                        _records[i] = _records[i] with { Data = [.. _records[i].Data[..18], 3, (byte)'l', (byte)'a', (byte)'b', 0, .. _records[i].Data[(18 + DnsName.Measure(_records[i].Data.AsSpan(18)))..]] };
                }

                break;
            case Forgery.WrongLabels:
                Change(RecordType.Rrsig, data => data[3]--);
                break;
            case Forgery.LaterExpiration:
                Change(RecordType.Rrsig, data => data[9]++);
                break;
            case Forgery.OtherTag:
                Change(RecordType.Rrsig, data => data[17]++);
                break;
            case Forgery.ProofsOfOther:
                var proofs = other()._records.Where(record => record.IsAuthority).ToList();
                _records.RemoveAll(record => record.IsAuthority);
                _records.AddRange(proofs);
                break;
            default:
                break;
        }
    }

    public byte[] Write(DnsMessage query) => LooseRecord.Compose(query, _code, _records);

    private static bool IsProof(LooseRecord record) => record.Type is RecordType.Nsec or RecordType.Nsec3;

    private void KeepProof(byte[]? owner)
    {
        if (owner is not null)
            _records.RemoveAll(record => record.IsAuthority && record.Type is RecordType.Nsec or RecordType.Nsec3 or RecordType.Rrsig && !record.Owner.AsSpan().SequenceEqual(owner) && !IsOfSoa(record));
    }

    private static bool IsOfSoa(LooseRecord record) => record.Type == RecordType.Rrsig && record.Data[1] == (byte)RecordType.Soa;

    private void Change(RecordType? type, Action<byte[]> change)
    {
        if (_records.Find(record => type is null ? record.Type != RecordType.Rrsig : record.Type == type) is { } found)
            change(found.Data);
    }
}
