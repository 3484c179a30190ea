using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Governance.Api.Storage.Migrations
{
    /// <inheritdoc />
    public partial class Streams : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(name: "IX_quarantine_Source_Topic_Partition_Offset", table: "quarantine");

            migrationBuilder.AddColumn<string>(
                name: "Way",
                table: "quarantine",
                type: "TEXT",
                nullable: false,
                defaultValue: "warehouse"
            );

            migrationBuilder.AddColumn<long>(name: "RenewedAt", table: "suppressions", type: "INTEGER", nullable: true);

            migrationBuilder.CreateTable(
                name: "streams",
                columns: table => new
                {
                    Topic = table.Column<string>(type: "TEXT", nullable: false),
                    State = table.Column<string>(type: "TEXT", nullable: false),
                    Code = table.Column<string>(type: "TEXT", nullable: true),
                    Reason = table.Column<string>(type: "TEXT", nullable: true),
                    By = table.Column<string>(type: "TEXT", nullable: false),
                    Since = table.Column<long>(type: "INTEGER", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_streams", x => x.Topic);
                }
            );

            migrationBuilder.CreateIndex(
                name: "IX_quarantine_Source_Topic_Partition_Offset_Way",
                table: "quarantine",
                columns: new[] { "Source", "Topic", "Partition", "Offset", "Way" },
                unique: true
            );
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(name: "streams");

            migrationBuilder.DropIndex(name: "IX_quarantine_Source_Topic_Partition_Offset_Way", table: "quarantine");

            migrationBuilder.DropColumn(name: "RenewedAt", table: "suppressions");

            migrationBuilder.DropColumn(name: "Way", table: "quarantine");

            migrationBuilder.CreateIndex(
                name: "IX_quarantine_Source_Topic_Partition_Offset",
                table: "quarantine",
                columns: new[] { "Source", "Topic", "Partition", "Offset" },
                unique: true
            );
        }
    }
}
