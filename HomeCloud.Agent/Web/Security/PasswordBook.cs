using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using HomeCloud.Agent.Servers.Records;

namespace HomeCloud.Agent.Web.Security;

/// <summary>The page's one password, as PBKDF2 with SHA-512.</summary>
public sealed partial class PasswordBook(string path)
{
    public const int MinimumLength = 10;
    private const int MaximumLength = 256;
    private const int Iterations = 210_000;
    private const int SaltLength = 16;
    private const int HashLength = 32;
    private const int CurrentVersion = 1;

    // A page that had a password is not to open to everybody because the file is damaged.
    private Stored? _stored = DurableFile.ReadOrRefuse(path, CurrentVersion, PasswordJson.Default.Stored);

    public bool IsSet => _stored is not null;

    /// <summary>Changes with the password; empty without one.</summary>
    public string Stamp => _stored is { } stored ? Convert.ToHexStringLower(SHA256.HashData(stored.Salt)) : "";

    /// <returns>False when the password is too short or too long.</returns>
    public bool TrySet(string password)
    {
        if (password.Length is < MinimumLength or > MaximumLength)
            return false;

        var salt = RandomNumberGenerator.GetBytes(SaltLength);
        var stored = new Stored(Iterations, salt, Hash(password, salt, Iterations));
        DurableFile.Write(path, JsonSerializer.SerializeToUtf8Bytes(stored, PasswordJson.Default.Stored), secret: true);
        _stored = stored;
        return true;
    }

    public bool Check(string password)
    {
        var stored = _stored;
        if (password.Length > MaximumLength)
            return false;

        // The same work without a password, so that the time tells nothing.
        var hash = Hash(password, stored?.Salt ?? new byte[SaltLength], stored?.Iterations ?? Iterations);
        return stored is not null && CryptographicOperations.FixedTimeEquals(hash, stored.Hash);
    }

    private static byte[] Hash(string password, byte[] salt, int iterations) =>
        Rfc2898DeriveBytes.Pbkdf2(password, salt, iterations, HashAlgorithmName.SHA512, HashLength);

    private sealed record Stored(int Iterations, byte[] Salt, byte[] Hash, int Version = CurrentVersion);

    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true)]
    [JsonSerializable(typeof(Stored))]
    private sealed partial class PasswordJson : JsonSerializerContext;
}
