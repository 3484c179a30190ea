using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Governance.Api.Storage.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class Streams : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_quarantine_Source_Topic_Partition_Offset",
                schema: "governance_state",
                table: "quarantine"
            );

            migrationBuilder.AddColumn<string>(
                name: "Way",
                schema: "governance_state",
                table: "quarantine",
                type: "text",
                nullable: false,
                defaultValue: "warehouse",
                collation: "C"
            );

            migrationBuilder.AddColumn<long>(
                name: "RenewedAt",
                schema: "governance_state",
                table: "suppressions",
                type: "bigint",
                nullable: true
            );

            migrationBuilder.CreateTable(
                name: "streams",
                schema: "governance_state",
                columns: table => new
                {
                    Topic = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    State = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Code = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    Reason = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    By = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    Since = table.Column<long>(type: "bigint", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_streams", x => x.Topic);
                }
            );

            migrationBuilder.CreateIndex(
                name: "IX_quarantine_Source_Topic_Partition_Offset_Way",
                schema: "governance_state",
                table: "quarantine",
                columns: new[] { "Source", "Topic", "Partition", "Offset", "Way" },
                unique: true
            );
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(name: "streams", schema: "governance_state");

            migrationBuilder.DropIndex(
                name: "IX_quarantine_Source_Topic_Partition_Offset_Way",
                schema: "governance_state",
                table: "quarantine"
            );

            migrationBuilder.DropColumn(name: "RenewedAt", schema: "governance_state", table: "suppressions");

            migrationBuilder.DropColumn(name: "Way", schema: "governance_state", table: "quarantine");

            migrationBuilder.CreateIndex(
                name: "IX_quarantine_Source_Topic_Partition_Offset",
                schema: "governance_state",
                table: "quarantine",
                columns: new[] { "Source", "Topic", "Partition", "Offset" },
                unique: true
            );
        }
    }
}
