using System.ComponentModel;
using System.Runtime.InteropServices;

namespace HomeCloud.Net.Files.Native;

/// <summary>fsync(2) of a directory, which .NET has no call for: without it a rename may be lost with the power.</summary>
public static class DirectorySync
{
    private const int ReadOnly = 0;

    /// <exception cref="IOException">The directory could not be opened or synchronized.</exception>
    public static void Flush(string directory)
    {
        if (!OperatingSystem.IsLinux())
            return;
        var descriptor = Open(directory, ReadOnly);
        if (descriptor < 0)
            throw Failure("opened", directory);
        try
        {
            if (FSync(descriptor) < 0)
                throw Failure("synchronized", directory);
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static IOException Failure(string what, string directory)
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException($"{directory} could not be {what}: {new Win32Exception(error).Message}");
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int FSync(int descriptor);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);
}
