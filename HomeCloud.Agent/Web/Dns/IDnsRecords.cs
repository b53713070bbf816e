using HomeCloud.Net.Localization;

namespace HomeCloud.Agent.Web.Dns;

/// <summary>Records of any type that are changed while the DNS server runs; implemented where both are composed.</summary>
public interface IDnsRecords
{
    IReadOnlyList<KeptRecordView> Read();

    /// <returns>Null, or what is wrong: then nothing has changed.</returns>
    Phrase? Add(NewRecord record);

    /// <summary>Forgets all that was changed at a name.</summary>
    /// <param name="name">A whole name.</param>
    /// <param name="problem">Null, or what is wrong: then nothing has changed.</param>
    /// <returns>How many RRsets there were.</returns>
    int Remove(string name, out Phrase? problem);
}

/// <param name="Name">Whole, with its final dot.</param>
/// <param name="Ttl">In seconds.</param>
/// <param name="Type">MX, TXT, …; TYPE123 where it has no name.</param>
/// <param name="Data">As a zone file has it (RFC 1035 §5.1).</param>
/// <param name="Deleted">An update has deleted what a zone file has of this name and type; there is no data.</param>
public sealed record KeptRecordView(string Name, uint Ttl, string Type, string Data, bool Deleted);

/// <param name="Name">Whole: <c>nas.home</c>.</param>
/// <param name="Type">MX, TXT, …, or TYPE123.</param>
/// <param name="Data">As a zone file has it; text with spaces in quotes.</param>
/// <param name="Ttl">In seconds; 60 when it is not set.</param>
public sealed record NewRecord(string? Name, string? Type, string? Data, uint? Ttl = null);
