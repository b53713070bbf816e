using HomeCloud.Net.Files.Native;

namespace HomeCloud.Net.Files;

/// <summary>
/// The one way in which a file that must survive is written, in all programs. A reader, after a crash at any moment, finds the
/// old content or the new, never a part: write beside it, fsync, rename, fsync the directory (rename(2) and the notes of fsync(2)).
/// </summary>
public static class AtomicFile
{
    public const string TemporarySuffix = ".tmp";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // Between the creation of a file and its lock, another thread must not take it for one that a crash left.
    private static readonly Lock Creating = new();

    /// <param name="path">Its directory is made when missing.</param>
    /// <param name="write">Writes all of the content.</param>
    /// <param name="secret">Readable by its owner only.</param>
    /// <exception cref="IOException">The disk is full, or the directory cannot be written; the old file is as it was.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory cannot be written.</exception>
    public static void Write(string path, Action<Stream> write, bool secret = false) => WriteAsync(
        path,
        stream =>
        {
            write(stream);
            return Task.CompletedTask;
        },
        secret).GetAwaiter().GetResult();

    /// <inheritdoc cref="Write(string, Action{Stream}, bool)"/>
    public static void Write(string path, ReadOnlySpan<byte> content, bool secret = false)
    {
        var copy = content.ToArray();
        Write(path, stream => stream.Write(copy), secret);
    }

    /// <inheritdoc cref="Write(string, Action{Stream}, bool)"/>
    public static async Task WriteAsync(string path, Func<Stream, Task> write, bool secret = false)
    {
        var directory = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Directory.CreateDirectory(directory);
        var temporary = path + TemporarySuffix;
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None, BufferSize = 1 << 16 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = secret ? OwnerOnly : OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
        var stream = CreateBeside(temporary, options);
        try
        {
            await using (stream.ConfigureAwait(false))
            {
                await write(stream).ConfigureAwait(false);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            // Half a file only takes space from a disk that may be full.
            File.Delete(temporary);
            throw;
        }

        DirectorySync.Flush(directory);
    }

    /// <summary>
    /// Always a new file: what stands there was left by a crash and may have other rights, or is a link that another user of the
    /// directory planted, and that root must not follow.
    /// </summary>
    private static FileStream CreateBeside(string temporary, FileStreamOptions options)
    {
        lock (Creating)
        {
            try
            {
                return new FileStream(temporary, options);
            }
            catch (IOException) when (new FileInfo(temporary) is { } left && (left.Exists || left.LinkTarget is not null))
            {
                // Fails while another process writes it.
                if (left.LinkTarget is null)
                    new FileStream(temporary, FileMode.Open, FileAccess.Write, FileShare.None).Dispose();
                File.Delete(temporary);
                return new FileStream(temporary, options);
            }
        }
    }

    /// <summary>Gives a file that cannot be used another name, so that nothing writes over it.</summary>
    /// <param name="why">Becomes part of the name: <c>corrupt</c>, <c>unreadable</c>.</param>
    /// <returns>Its new path.</returns>
    /// <exception cref="IOException">The directory cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory cannot be written.</exception>
    public static string SetAside(string path, string why, TimeProvider time)
    {
        var aside = Aside(path, why, time);
        File.Move(path, aside);
        DirectorySync.Flush(Path.GetDirectoryName(Path.GetFullPath(path))!);
        return aside;
    }

    /// <summary>The same, but the file stays: for one that is about to be written anew from its good part.</summary>
    /// <returns>Path of the copy.</returns>
    /// <exception cref="IOException">The disk is full, or the directory cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory cannot be written.</exception>
    public static string CopyAside(string path, string why, TimeProvider time)
    {
        var aside = Aside(path, why, time);
        Write(aside, copy =>
        {
            using var file = File.OpenRead(path);
            file.CopyTo(copy);
        });
        return aside;
    }

    private static string Aside(string path, string why, TimeProvider time)
    {
        var stamp = time.GetUtcNow().ToString("yyyyMMdd'T'HHmmss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        var aside = $"{path}.{why}-{stamp}";
        for (var again = 2; File.Exists(aside); again++)
            aside = $"{path}.{why}-{stamp}-{again}";
        return aside;
    }
}
