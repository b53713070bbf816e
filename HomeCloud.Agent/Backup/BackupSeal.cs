using System.Security.Cryptography;
using System.Text;

namespace HomeCloud.Agent.Backup;

/// <summary>
/// Last entry of a backup: how many files came before it, and one check sum over their names, modes and contents. A backup
/// without it was cut off. GZip's own check sum stands behind the archive's end, where not every reader looks.
/// </summary>
internal sealed class BackupSeal : IDisposable
{
    public const string FileName = "homecloud-backup.seal";

    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private int _files;

    public void Add(string name, UnixFileMode mode, ReadOnlySpan<byte> contentHash)
    {
        _files++;
        _hash.AppendData(Encoding.UTF8.GetBytes($"{name}\0{(int)mode}\0"));
        _hash.AppendData(contentHash);
    }

    public byte[] ToBytes() => Encoding.ASCII.GetBytes($"{_files} files, SHA-256 {Convert.ToHexStringLower(_hash.GetCurrentHash())}\n");

    /// <exception cref="InvalidDataException">The entry says something else than what was read.</exception>
    public async Task CheckAsync(Stream? entry, CancellationToken cancellationToken)
    {
        var expected = ToBytes();
        var found = new byte[expected.Length];
        if (entry is null || entry.Length != expected.Length || await entry.ReadAtLeastAsync(found, found.Length, throwOnEndOfStream: false, cancellationToken) < found.Length || !found.AsSpan().SequenceEqual(expected))
            throw new InvalidDataException("the backup is damaged: its checksum does not match");
    }

    public void Dispose() => _hash.Dispose();
}
