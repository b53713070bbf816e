namespace HomeCloud.Agent.Backup;

/// <summary>The data of servers, as tar streams.</summary>
internal interface IVolumeStore : IAsyncDisposable
{
    /// <summary>Every volume of the engine.</summary>
    Task<IReadOnlyList<StoredVolume>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Servers that write to a volume stand still until this is disposed.</summary>
    Task<IAsyncDisposable> HoldAsync(IReadOnlyList<string> containers, CancellationToken cancellationToken);

    /// <summary>The volume's content as a tar archive.</summary>
    Task<Stream> ReadAsync(string volume, CancellationToken cancellationToken);

    Task CreateAsync(StoredVolume volume, CancellationToken cancellationToken);

    /// <summary>Unpacks a tar archive into a volume.</summary>
    Task WriteAsync(string volume, Stream tar, CancellationToken cancellationToken);

    Task RemoveAsync(string volume);
}

/// <summary>A volume of an engine.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="IsOurs">Made for a server of HomeCloud.</param>
/// <param name="Users">Ids of running containers that mount it.</param>
internal sealed record StoredVolume(string Name, IReadOnlyDictionary<string, string> Labels, bool IsOurs, IReadOnlyList<string> Users);
