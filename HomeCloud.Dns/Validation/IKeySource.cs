using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.Validation;

/// <summary>Fetches the DS and DNSKEY records of zones, with signatures and proofs, unchecked.</summary>
internal interface IKeySource
{
    /// <param name="foldedName">The zone.</param>
    /// <param name="type">DS or DNSKEY.</param>
    /// <param name="unlike">Whose answer was wrong: another is asked, where there is one; null at first.</param>
    /// <param name="cancellation">Ends the wait.</param>
    ValueTask<KeyReply> FetchAsync(byte[] foldedName, RecordType type, object? unlike, CancellationToken cancellation);
}

/// <param name="Message">The response; empty when there is none.</param>
/// <param name="QuestionEnd">Where its records begin.</param>
/// <param name="Code">RCODE.</param>
/// <param name="Options">Whole EDNS options that say why there is none.</param>
/// <param name="From">Who answered.</param>
internal readonly record struct KeyReply(byte[] Message, int QuestionEnd, ResponseCode Code, byte[] Options, object? From = null);
