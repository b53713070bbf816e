using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace HomeCloud.Net.Files.Native;

/// <summary>Opens what is a file itself. For programs of root in folders of others: a link there may lead to a file that only root may read, and a pipe never ends.</summary>
public static class RegularFile
{
    private const int NonBlocking = 0x800;
    private const int CloseOnExecute = 0x80000;
    private const int NoSuchFile = 2;
    private const int TooManyLinks = 40;

    // open(2): the one flag of these whose number depends on the processor.
    private static readonly int NoFollow = RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Arm64 ? 0x8000 : 0x20000;

    /// <exception cref="FileNotFoundException">Nothing is there.</exception>
    /// <exception cref="NotRegularException">It is a link, a pipe, a socket or a device.</exception>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public static FileStream OpenRead(string path)
    {
        if (!OperatingSystem.IsLinux())
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var descriptor = Open(path, NoFollow | NonBlocking | CloseOnExecute);
        if (descriptor < 0)
        {
            var error = Marshal.GetLastPInvokeError();
            throw error switch
            {
                NoSuchFile => new FileNotFoundException($"{path} does not exist.", path),
                TooManyLinks => new NotRegularException(path),
                _ => new IOException($"{path} could not be opened: {new Win32Exception(error).Message}"),
            };
        }

        var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        var stream = new FileStream(handle, FileAccess.Read);
        if (stream.CanSeek)
            return stream;
        stream.Dispose();
        throw new NotRegularException(path);
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);
}

public sealed class NotRegularException(string path) : IOException($"{path} is a link or another special file.");
