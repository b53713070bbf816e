using HomeCloud.Net.Files;
using Microsoft.Extensions.Logging;

namespace HomeCloud.Registry.Figures;

/// <summary>
/// A file of kept figures. A damaged one is set aside; one that cannot be read, or not be set aside, stays as it is and is not
/// written over. No failure stops who keeps them; each kind is logged once.
/// </summary>
/// <param name="what">Whose figures, for the log.</param>
/// <param name="path">Where they are.</param>
/// <param name="largest">Octets; more than that is no such file.</param>
/// <param name="time">For the name of a file that is set aside.</param>
/// <param name="logger">Hears of failures.</param>
public sealed partial class FigureFile(string what, string path, int largest, TimeProvider time, ILogger logger)
{
    private bool _isFailing;
    private bool _isUnreadable;

    /// <param name="read">Throws <see cref="InvalidDataException"/> for a file that is damaged.</param>
    /// <returns>Null when there is none that can be used.</returns>
    public T? Read<T>(Func<byte[], T> read)
        where T : class
    {
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists)
                return null;
            return read(file.Length > largest ? throw new InvalidDataException($"it has {file.Length} octets") : File.ReadAllBytes(path));
        }
        catch (InvalidDataException problem)
        {
            SetAside(problem.Message);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _isUnreadable = true;
            LogUnreadable(what, path, exception.Message);
        }

        return null;
    }

    /// <returns>False when it failed and may work later.</returns>
    public bool Write(byte[] content)
    {
        if (_isUnreadable)
            return true;
        try
        {
            AtomicFile.Write(path, content, secret: true);
            if (_isFailing)
                LogWritten(what, path);
            _isFailing = false;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            if (!_isFailing)
                LogUnwritten(what, path, exception.Message);
            _isFailing = true;
        }

        return !_isFailing;
    }

    /// <summary>For what is kept no more.</summary>
    public void Delete()
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            LogUnreadable(what, path, exception.Message);
        }
    }

    private void SetAside(string reason)
    {
        try
        {
            LogDamaged(what, path, reason, AtomicFile.SetAside(path, "corrupt", time));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _isUnreadable = true;
            LogUnreadable(what, path, $"{reason}; {exception.Message}");
        }
    }

    [LoggerMessage(LogLevel.Warning, "{What} {Path}: damaged ({Reason}); set aside as {Aside}, figures begin anew.")]
    private partial void LogDamaged(string what, string path, string reason, string aside);

    [LoggerMessage(LogLevel.Error, "{What} {Path}: figures cannot be read: {Reason}. The file stays as it is, and figures are in memory only until the next start.")]
    private partial void LogUnreadable(string what, string path, string reason);

    [LoggerMessage(LogLevel.Error, "{What} {Path}: figures cannot be written: {Reason}. Retrying until they can.")]
    private partial void LogUnwritten(string what, string path, string reason);

    [LoggerMessage(LogLevel.Information, "{What} {Path}: figures are written again.")]
    private partial void LogWritten(string what, string path);
}
