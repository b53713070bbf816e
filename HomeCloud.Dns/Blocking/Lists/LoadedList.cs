namespace HomeCloud.Dns.Blocking.Lists;

/// <summary>A list in use. Immutable but for its count, which goes on when the list is renewed.</summary>
/// <param name="Name">The one that a person gave it.</param>
/// <param name="Source">An https:// address, or a file.</param>
/// <param name="Table">Its rules.</param>
/// <param name="Digest">Stands for the text that it was made of.</param>
/// <param name="Fetched">When it came.</param>
/// <param name="ETag">What the web server calls this version; empty when it does not say.</param>
/// <param name="LastModified">When the web server says it was changed, as it wrote it.</param>
/// <param name="Hits">Answers that it blocked.</param>
internal sealed record LoadedList(string Name, string Source, BlockTable Table, ulong Digest, DateTimeOffset Fetched, string ETag, string LastModified, BlockCounter Hits);

/// <summary>A list as answers name and count it, from any thread. Says nothing of its rules: who keeps this keeps no old version of them.</summary>
internal sealed class BlockCounter(string name)
{
    private long _count;

    public string Name { get; } = name;

    public long Count => Volatile.Read(ref _count);

    public void Add() => Interlocked.Increment(ref _count);
}
