using HomeCloud.Net.Wire;

namespace HomeCloud.Dns.ZoneFiles;

/// <summary>One record of a zone file.</summary>
/// <param name="Owner">Folded, in wire form.</param>
/// <param name="Type">What it is.</param>
/// <param name="Ttl">Seconds.</param>
/// <param name="Data">RDATA; its names are whole.</param>
/// <param name="Place">File and line, for a person.</param>
public sealed record FileRecord(byte[] Owner, RecordType Type, uint Ttl, byte[] Data, string Place);
