namespace HomeCloud.Dns.ZoneFiles;

/// <summary>A zone file cannot be used; the message is one line with file, place and reason.</summary>
internal sealed class MasterFileException(string message) : Exception(message);
