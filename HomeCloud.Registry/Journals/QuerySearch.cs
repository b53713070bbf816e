namespace HomeCloud.Registry.Journals;

/// <summary>What is looked for among kept queries; null or empty: anything.</summary>
/// <param name="Text">Part of a name or of a client's address.</param>
/// <param name="Client">A client's address.</param>
/// <param name="Answer">NOERROR, NXDOMAIN, …; <c>failed</c> for every error.</param>
/// <param name="Source">The beginning of a source: cache, our zones, forwarded, blocked.</param>
/// <param name="Before">Only older ones.</param>
/// <param name="Named">Addresses of clients whose device has the text in its name.</param>
public sealed record QuerySearch(string? Text = null, string? Client = null, string? Answer = null, string? Source = null, DateTimeOffset? Before = null, IReadOnlyList<string>? Named = null);
