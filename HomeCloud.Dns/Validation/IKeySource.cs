using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Validation;

/// <summary>Fetches the DS and DNSKEY records of zones, with signatures and proofs, unchecked.</summary>
internal interface IKeySource
{
    ValueTask<KeyReply> FetchAsync(byte[] foldedName, RecordType type, CancellationToken cancellation);
}

/// <param name="Message">The response; empty when there is none.</param>
/// <param name="QuestionEnd">Where its records begin.</param>
/// <param name="Code">RCODE.</param>
/// <param name="Options">Whole EDNS options that say why there is none.</param>
internal readonly record struct KeyReply(byte[] Message, int QuestionEnd, ResponseCode Code, byte[] Options);
