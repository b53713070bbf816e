using System.Text;

namespace HomeCloud.Dns.Telemetry.QueryLog;

/// <summary>
/// A text file that, once it is full, becomes <c>path.1</c>, the older ones <c>path.2</c> and so on. A folder that is missing
/// is made; a file that another program moved away (logrotate) is made anew by <see cref="Reopen"/>. A pipe, a terminal and
/// whatever stands under /dev is written to as it is. May block as long as the other side likes.
/// </summary>
internal sealed class RotatingFile(string path, long maxBytes, int keep) : IDisposable
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private Stream? _file;

    /// <exception cref="IOException">The disk is full or the file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public void Write(string lines)
    {
        var bytes = Utf8.GetBytes(lines);
        _file ??= Open();
        if (CanRotate(_file) && _file.Length > 0 && _file.Length + bytes.Length > maxBytes)
        {
            Rotate();
            _file = Open();
        }

        _file.Write(bytes);
        _file.Flush();
    }

    public void Reopen()
    {
        _file?.Dispose();
        _file = null;
    }

    public void Dispose() => Reopen();

    // Renaming /dev/stdout, a link, would take it from every program of the machine.
    private bool CanRotate(Stream file) => file.CanSeek && !IsDevice();

    private bool IsDevice() => path.StartsWith("/dev/", StringComparison.Ordinal) || path.StartsWith("/proc/", StringComparison.Ordinal);

    private Stream Open()
    {
        // Under systemd these are sockets, which cannot be opened by a path.
        if (path is "/dev/stdout" or "/proc/self/fd/1")
            return Console.OpenStandardOutput();
        if (path is "/dev/stderr" or "/proc/self/fd/2")
            return Console.OpenStandardError();
        return OpenFile();
    }

    private FileStream OpenFile()
    {
        if (!IsDevice() && Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
            Directory.CreateDirectory(folder);
        // Without a buffer: what a full disk did not take must not be tried again, and fail again, while the file is closed.
        var options = new FileStreamOptions { Mode = FileMode.Append, Access = FileAccess.Write, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 };
        // Names that a household looks up are nobody else's business. Nothing is made under /dev.
        if (IsDevice())
            options.Mode = FileMode.Open;
        else if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
        return new FileStream(path, options);
    }

    private void Rotate()
    {
        Reopen();
        for (var i = keep - 1; i >= 1; i--)
        {
            if (File.Exists($"{path}.{i}"))
                File.Move($"{path}.{i}", $"{path}.{i + 1}", overwrite: true);
        }

        if (keep > 0)
            File.Move(path, path + ".1", overwrite: true);
        else
            File.Delete(path);
    }
}
