using System.Text;
using QRCoder;

namespace HomeCloud.Cli.Commands.Access;

/// <summary>A QR code (ISO/IEC 18004) for a terminal. Pure.</summary>
internal static class TerminalQrCode
{
    /// <summary>Black on white whatever the terminal's own colours are: many readers want it so.</summary>
    private const string Colours = "\e[30;107m";
    private const string OwnColours = "\e[0m";

    /// <returns>Lines, two modules high each: a character is twice as high as it is wide. The quiet zone is part of it.</returns>
    public static string Draw(string text)
    {
        using var code = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.L);
        var modules = code.ModuleMatrix;
        var drawn = new StringBuilder();
        for (var row = 0; row < modules.Count; row += 2)
        {
            drawn.Append(Colours);
            for (var column = 0; column < modules[row].Length; column++)
                drawn.Append((modules[row][column], row + 1 < modules.Count && modules[row + 1][column]) switch { (true, true) => '█', (true, false) => '▀', (false, true) => '▄', _ => ' ' });
            drawn.Append(OwnColours).Append('\n');
        }

        return drawn.ToString();
    }
}
